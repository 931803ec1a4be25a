import { createDeadline, type Deadline, systemClock, type Timer, withTimeout } from 'millrace/core';
import type { Pool } from 'undici';
import type { Counters } from '../counters.ts';
import type { AnswerEvent, Question } from '../ports/index.ts';
import { Problem } from '../problem.ts';
import { createUpstreamPool, type UpstreamPoolOptions } from '../upstream-pool.ts';
import { readEvents } from './server-sent-events.ts';

/** A provider answers at `baseUrl`, a slash, its name and `/v1/messages`; `maxConnections` are those to one provider. */
export interface ProviderCallOptions extends UpstreamPoolOptions {
  readonly apiKey: string;
  /** False: a connection for each call. */
  readonly keepAlive: boolean;
  /** How long a provider may take to its first event, and then from one to the next. Default 10,000. */
  readonly silenceMs?: number;
  /** How long a whole answer may take. Default 60,000. */
  readonly totalMs?: number;
  /** How long the end of the stream is waited for behind a whole answer, so that its connection can serve again. Default 1,000. */
  readonly endMs?: number;
}

/** How a question is asked. */
export interface Asked {
  readonly signal: AbortSignal;
  /** In place of the service's. */
  readonly ownKey: string | undefined;
}

/** The provider refuses the caller's own key: no fault of its, and nothing that another provider could mend. */
export class OwnKeyRefused extends Problem {
  constructor(provider: string) {
    super(403, `the provider ${provider} refuses your key`);
  }
}

/** Opens the streams of providers. */
export interface ProviderCalls {
  /** Resolves when the first event is at hand; rejects with a problem when the provider fails before it. */
  open(provider: string, question: Question, asked: Asked): Promise<AsyncIterable<AnswerEvent>>;
  close(): Promise<void>;
}

const CONNECT_MS = 2_000;
const KEY_REFUSED: ReadonlySet<number> = new Set([401, 403]);

export function createProviderCalls(options: ProviderCallOptions, counters: Counters): ProviderCalls {
  const { silenceMs = 10_000, totalMs = 60_000, endMs = 1_000 } = options;
  const patience = { connectMs: Math.min(CONNECT_MS, silenceMs), silenceMs };
  const pools = new Map<string, Pool>();
  const poolOf = (provider: string): Pool => {
    const pool = pools.get(provider) ?? createUpstreamPool(options, patience, counters);
    pools.set(provider, pool);
    return pool;
  };
  const begin = async (
    provider: string,
    question: Question,
    call: Call,
    ownKey: string | undefined,
  ): Promise<AsyncIterable<AnswerEvent>> => {
    const { statusCode, headers, body } = await poolOf(provider).request({
      ...{ method: 'POST', path: `/${provider}/v1/messages`, reset: !options.keepAlive, signal: call.signal },
      headers: { 'content-type': 'application/json', 'x-api-key': ownKey ?? options.apiKey },
      body: JSON.stringify({ ...question, stream: true }),
    });
    if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/event-stream')) {
      await body.dump();
      if (ownKey !== undefined && KEY_REFUSED.has(statusCode)) throw new OwnKeyRefused(provider);
      throw new Problem(502, `the provider answered ${statusCode}`);
    }
    const events = readEvents(body);
    const { value: first } = await events.next();
    if (first?.name !== 'message_start') throw new Problem(502, 'the provider did not begin an answer');
    return wholeAnswer(first, events, call, endMs);
  };
  return {
    async open(provider, question, { signal, ownKey }) {
      counters.add('upstreamCalls');
      const call = new Call(totalMs, signal);
      try {
        return await withTimeout(begin(provider, question, call, ownKey), silenceMs, { signal: call.signal });
      } catch (error) {
        call.end();
        throw failureOf(error);
      }
    },
    close: async () => void (await Promise.all(pools.values().map((pool) => pool.destroy()))),
  };
}

/** One call's time: ends with the signal of who asks, after `totalMs`, or when nobody needs it any more. */
class Call {
  readonly #controller = new AbortController();
  readonly #deadline: Deadline;
  #ending: Timer | undefined;

  constructor(totalMs: number, signal: AbortSignal) {
    this.#deadline = createDeadline(totalMs, { signal });
    const { signal: due } = this.#deadline;
    const abort = (): void => this.#controller.abort(due.reason);
    if (due.aborted) abort();
    else due.addEventListener('abort', abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  endIn(delayMs: number): void {
    this.#ending ??= systemClock.schedule(delayMs, () => this.end(), { keepAlive: false });
  }

  end(): void {
    this.#ending?.cancel();
    this.#deadline.close();
    this.#controller.abort();
  }
}

/**
 * The first event and all others. Reads on for `endMs` after the last one, so that the connection is free for the next call. An
 * answer without its `message_stop` is a failure; one with it is whole, whatever follows.
 */
async function* wholeAnswer(
  first: AnswerEvent,
  rest: AsyncIterable<AnswerEvent>,
  call: Call,
  endMs: number,
): AsyncGenerator<AnswerEvent, void, undefined> {
  let last = first;
  try {
    yield first;
    for await (const event of rest) {
      if (event.name === 'error') break;
      last = event;
      if (event.name === 'message_stop') call.endIn(endMs);
      yield event;
    }
  } catch (error) {
    if (last.name !== 'message_stop') throw failureOf(error);
  } finally {
    call.end();
  }
  if (last.name !== 'message_stop') throw new Problem(502, 'the provider broke off its answer');
}

function failureOf(error: unknown): Error {
  if (error instanceof Problem) return error;
  const { name, code = '' } = error as { name?: string; code?: string };
  const late = name === 'TimeoutError' || code.endsWith('_TIMEOUT') || code === 'MILLRACE_CORE_DEADLINE_EXCEEDED';
  return late
    ? new Problem(504, 'the provider did not answer in time')
    : new Problem(502, 'the provider cannot be reached, or broke off its answer');
}
