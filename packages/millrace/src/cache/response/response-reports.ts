import { type CacheRespondSignal, cacheRespond } from '../../signals/index.ts';
import type { ResponsePlan } from './response-options.ts';
import { headerText, type Reply, type ServiceResponse } from './service-exchange.ts';

type Outcome = CacheRespondSignal['outcome'];
type Reason = CacheRespondSignal['reason'];

/** Says of each request what the cache did: as a signal, and to the client when that is wanted. */
export class ResponseReports {
  readonly #name: string;
  readonly #prefix: string;
  readonly #cacheStatus: string | undefined;

  constructor({ cache, prefix, cacheStatus }: Pick<ResponsePlan<never>, 'cache' | 'prefix' | 'cacheStatus'>) {
    this.#name = cache.name;
    this.#prefix = prefix;
    this.#cacheStatus = cacheStatus;
  }

  /** The answer, with what was done. */
  reply(outcome: Outcome, reason: Reason, response: ServiceResponse): Reply {
    this.#publish(outcome, reason);
    const cacheStatus = this.#text(outcome, reason);
    if (cacheStatus === undefined) return { response, cacheStatus };
    const earlier = headerText(response.headers, 'cache-status');
    const value = earlier === undefined ? cacheStatus : `${earlier}, ${cacheStatus}`;
    return { response: { ...response, headers: new Map(response.headers).set('cache-status', value) }, cacheStatus };
  }

  /** The handler's own answer is the one. */
  goOn(outcome: Outcome, reason: Reason): Reply {
    this.#publish(outcome, reason);
    return { response: undefined, cacheStatus: this.#text(outcome, reason) };
  }

  #publish(outcome: Outcome, reason: Reason): void {
    if (cacheRespond.hasSubscribers) cacheRespond.publish({ name: this.#name, prefix: this.#prefix, outcome, reason });
  }

  /** As RFC 9211 has it: `hit`, or why the request was forwarded and whether the answer was stored. */
  #text(outcome: Outcome, reason: Reason): string | undefined {
    if (this.#cacheStatus === undefined) return undefined;
    const detail = reason === '' ? '' : `; detail=${reason}`;
    if (outcome === 'hit') return `${this.#cacheStatus}; hit`;
    if (outcome === 'stale') return `${this.#cacheStatus}; hit; detail=stale`;
    if (outcome === 'stored') return `${this.#cacheStatus}; fwd=miss; stored`;
    return `${this.#cacheStatus}; fwd=${outcome === 'bypassed' ? 'bypass' : 'miss'}${detail}`;
  }
}
