import { MillraceError } from '../../core/index.ts';
import type { CacheKey } from '../cache-key.ts';
import type { LoadContext } from '../origin.ts';
import { answerTo, type Conditions } from './conditional.ts';
import type { ResponsePlan } from './response-options.ts';
import type { ResponseReports } from './response-reports.ts';
import type { HeaderValue, Produced, Reply, ResponseHeaders, ServiceResponse } from './service-exchange.ts';
import { isStored, type StoredResponse, toResponse } from './stored-response.ts';
import { judge, judgeError, type Verdict } from './verdict.ts';

/** One request that asks for a cached answer. */
export interface ExchangePlan<Source> {
  readonly key: CacheKey;
  readonly source: Source;
  readonly conditions: Conditions;
  readonly produce: () => Produced | Promise<Produced>;
  /** Whether who asks is still who the key says: what comes behind the cache may have found out more. */
  readonly isSameAsker: () => boolean;
  /** The handler may go on after the request has been answered. */
  readonly detached: boolean;
  readonly plan: ResponsePlan<Source>;
  readonly reports: ResponseReports;
}

/** What a load gives when its answer is for nobody else. It is never stored and never given to another. */
const FOR_ONE: unique symbol = Symbol('an answer for one request');
const NOTHING: ResponseHeaders = new Map();

/** Tells those who wait, and the cache's own memory of failures, of an answer from 500 up. */
class FailedResponse extends Error {
  /** Without what belongs to the request that ran the handler; undefined: for nobody else. */
  readonly stored: StoredResponse | undefined;

  constructor(status: number, stored: StoredResponse | undefined) {
    super(`the handler answered ${status}`);
    this.stored = stored;
  }
}

/*
 * A request runs its handler at most once, and whoever runs it is answered with what it makes, whatever becomes of the
 * load meanwhile: an invalidation, a time limit or a value past its TTL concern those who did not ask the handler. Only
 * when the handler fails is a value past its TTL given in its place.
 */
export class Exchange<Source> {
  readonly #options: ExchangePlan<Source>;
  #own: Promise<Verdict> | undefined;
  #ended = false;
  #before: ResponseHeaders = NOTHING;

  constructor(options: ExchangePlan<Source>) {
    this.#options = options;
  }

  run(): Reply | Promise<Reply> {
    const { plan, key } = this.#options;
    let found: unknown;
    try {
      found = plan.cache.getOrSet<unknown>(key, (context) => this.#load(context), plan.entry);
    } catch (error) {
      return this.#afterFailure(error);
    }
    if (found instanceof Promise)
      return found.then(
        (value) => this.#after(value),
        (error) => this.#afterFailure(error),
      );
    if (this.#own === undefined && isStored(found)) return this.#replay(found, 'hit');
    return this.#after(found);
  }

  #load(context: LoadContext<unknown>): Promise<unknown> {
    this.#own ??= this.#ask();
    return this.#own.then((verdict) => giveTo(context, verdict));
  }

  async #ask(): Promise<Verdict> {
    const { produce, source, plan, isSameAsker } = this.#options;
    try {
      const produced = await produce();
      this.#before = produced.before;
      return judge(produced, source, plan, isSameAsker());
    } catch (error) {
      return judgeError(error, isSameAsker());
    } finally {
      this.#ended = true;
    }
  }

  /** The cache has answered, with a value that may be another request's, or one past its TTL. */
  async #after(value: unknown): Promise<Reply> {
    if (this.#own === undefined) return isStored(value) ? this.#replay(value, 'hit') : this.#aside();
    if (!this.#ended && this.#options.detached && isStored(value)) return this.#replay(value, 'stale');
    return this.#answer(await this.#own, isStored(value) ? value : undefined);
  }

  /** The cache could not answer. */
  async #afterFailure(error: unknown): Promise<Reply> {
    if (this.#own !== undefined) return this.#answer(await this.#own, undefined);
    if (error instanceof FailedResponse) {
      return error.stored === undefined ? this.#aside() : this.#replay(error.stored, 'failed');
    }
    const ofCache = error instanceof MillraceError && error.code.startsWith('MILLRACE_CACHE_');
    if (ofCache && error.code !== 'MILLRACE_CACHE_ORIGIN_FAILING') return this.#aside();
    throw error;
  }

  /** A cache that cannot help must not hinder. */
  async #aside(): Promise<Reply> {
    this.#own = this.#ask();
    const verdict = await this.#own;
    if (verdict.kind === 'thrown') throw verdict.error;
    return this.#ownReply('passed', 'cache-failed', verdict.response);
  }

  /** @param old a value past its TTL, if the cache gave one. */
  #answer(verdict: Verdict, old: StoredResponse | undefined): Reply {
    const { conditions, reports } = this.#options;
    if (verdict.kind === 'store') return reports.reply('stored', '', answerTo(conditions, verdict.response));
    if (verdict.kind === 'pass') return this.#ownReply('passed', verdict.reason, verdict.response);
    if (old !== undefined && isForOthers(verdict)) return this.#replay(old, 'stale');
    if (verdict.kind === 'thrown') throw verdict.error;
    return this.#ownReply('failed', '', verdict.response);
  }

  #replay(stored: StoredResponse, outcome: 'hit' | 'stale' | 'failed'): Reply {
    const { plan, conditions, reports } = this.#options;
    const response = toResponse(stored, plan.clock.wallNow());
    const headers: ReadonlyMap<string, HeaderValue> =
      this.#before.size === 0 ? response.headers : new Map([...this.#before, ...response.headers]);
    return reports.reply(outcome, '', answerTo(conditions, { ...response, headers }));
  }

  /** The handler's answer as it is. It was asked without the client's conditions, so these are looked at here. */
  #ownReply(
    outcome: 'passed' | 'failed',
    reason: Parameters<ResponseReports['goOn']>[1],
    response: ServiceResponse | undefined,
  ): Reply {
    const { conditions, reports } = this.#options;
    const answer = response && answerTo(conditions, response);
    return answer === undefined || answer === response
      ? reports.goOn(outcome, reason)
      : reports.reply(outcome, reason, answer);
  }
}

/** Whether a failure is one that all who ask for the same would meet. */
function isForOthers(failure: Extract<Verdict, { kind: 'failed' | 'thrown' }>): boolean {
  return failure.kind === 'failed' ? failure.stored !== undefined : failure.shared;
}

/** Tells the cache what becomes of an answer. */
function giveTo(context: LoadContext<unknown>, verdict: Verdict): unknown {
  if (verdict.kind === 'store') {
    const { ttlMs, tags } = verdict;
    context.store({ ...(ttlMs === undefined ? {} : { ttlMs }), ...(tags === undefined ? {} : { tags }) });
    return verdict.stored;
  }
  if (verdict.kind === 'failed') throw new FailedResponse(verdict.response.status, verdict.stored);
  if (verdict.kind === 'thrown' && verdict.shared) throw verdict.error;
  context.doNotStore();
  return FOR_ONE;
}
