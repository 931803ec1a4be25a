import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Histogram } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { runLoad } from '../run/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { type Arrivals, type Schedule, toSchedule } from '../schedule/index.ts';
import type { StallServerReady, StallServerStamps } from './stall-server.ts';

/** Options of {@link measureKnownStall}. */
export interface KnownStallOptions {
  /** 100 to 10,000; default 2,000. */
  readonly ratePerSecond?: number;
  /** 1,000 to 60,000; default 10,000. */
  readonly durationMs?: number;
  /** How long the server stands still; 100 to 10,000, default 1,000. */
  readonly stallMs?: number;
  readonly seed?: number;
  /** Aborting ends the run; what it found until then is compared. */
  readonly signal?: AbortSignal;
}

/** One figure of the response time, in microseconds: as measured, and as the server's own stamps have it. */
export interface KnownStallFigure {
  readonly name: 'p50' | 'p95' | 'p99' | 'max';
  readonly measuredUs: number;
  readonly trueUs: number;
  /** measured ÷ true − 1 */
  readonly error: number;
}

/** What {@link measureKnownStall} found. */
export interface KnownStall {
  readonly figures: readonly KnownStallFigure[];
  readonly result: LoadResult;
}

const PERCENTILES = [
  ['p50', 50],
  ['p95', 95],
  ['p99', 99],
  ['max', 100],
] as const;
const START_TIMEOUT_MS = 10_000;

/**
 * Measures a server that stands still once, and holds the figures against the server's own stamps. The proof that
 * response times count from the intended start: a generator that waits with the server sees one slow answer a
 * connection and reports a P99 of a millisecond.
 *
 * The truth needs no common clock: arrival i was answered at r(i) by the server's clock and was due at f(i) after a
 * start that no answer can precede, so the start is the least r(i) − f(i), up to the fastest answer's time.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @example
 * const { figures } = await measureKnownStall({ durationMs: 5_000 });
 * for (const { name, measuredUs, trueUs } of figures) console.log(name, measuredUs, trueUs);
 */
export async function measureKnownStall(options: KnownStallOptions = {}): Promise<KnownStall> {
  const { ratePerSecond = 2_000, durationMs = 10_000, stallMs = 1_000, seed = 1, signal } = options;
  checkNumber('ratePerSecond', ratePerSecond, 100, 10_000);
  checkNumber('durationMs', durationMs, 1_000, 60_000);
  checkNumber('stallMs', stallMs, 100, 10_000);
  const arrivals: Arrivals = { kind: 'constant', ratePerSecond, durationMs };
  const schedule = toSchedule(arrivals, seed);
  const server = startServer(durationMs * 0.4, stallMs);
  try {
    const { port } = await nextMessage<StallServerReady>(server);
    const target = `http://127.0.0.1:${port}`;
    const result = await runLoad({ target, scenario: numbered(schedule), arrivals, seed, ...(signal && { signal }) });
    server.send('stamps');
    const { releasedAtMs } = await nextMessage<StallServerStamps>(server);
    return { figures: compare(result, truth(schedule, releasedAtMs)), result };
  } finally {
    server.kill('SIGKILL');
  }
}

function startServer(stallAtMs: number, stallMs: number): ChildProcess {
  const file = fileURLToPath(import.meta.resolve('#selftest/stall-server'));
  // In a group of its own, so that Ctrl-C in a terminal leaves it; it ends when its parent does.
  return fork(file, [`${stallAtMs}`, `${stallMs}`], {
    ...{ execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
  });
}

async function nextMessage<Message>(server: ChildProcess): Promise<Message> {
  const [message] = (await once(server, 'message', { signal: AbortSignal.timeout(START_TIMEOUT_MS) })) as [Message];
  return message;
}

/** Each arrival names itself to the server. */
function numbered({ planned }: Schedule): Scenario<number> {
  return {
    name: 'known-stall',
    users: planned,
    createUser: (index) => index,
    pickUser: (_random, arrival) => arrival,
    steps: [{ name: 'numbered', weight: 1, build: (index) => ({ method: 'GET', path: `/${index}` }) }],
  };
}

/** Response times from the intended start, by the server's stamps. */
function truth(schedule: Schedule, releasedAtMs: StallServerStamps['releasedAtMs']): Histogram {
  const sinceDueMs: number[] = [];
  for (const [index, at] of releasedAtMs.entries()) if (at !== null) sinceDueMs.push(at - schedule.offsetMs(index));
  const startMs = sinceDueMs.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  const times = new Histogram();
  for (const ms of sinceDueMs) times.record((ms - startMs) * 1_000);
  return times;
}

function compare(result: LoadResult, times: Histogram): KnownStallFigure[] {
  const measured = Histogram.from(result.total.responseTimeUs);
  return PERCENTILES.map(([name, p]) => {
    const [measuredUs, trueUs] = [measured.percentile(p), times.percentile(p)];
    return { name, measuredUs, trueUs, error: measuredUs / Math.max(1, trueUs) - 1 };
  });
}
