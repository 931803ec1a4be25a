import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../../core/index.ts';
import { createSharedConcurrencyLimiter, type SharedConcurrencyLimiter, type SharedConcurrencySlot } from './index.ts';
import { type SlotConnection, SlotRedis } from './slot-redis.test.double.ts';

const PROCESSES = 3;
const KEYS = ['a', 'b'];
const TERM_MS = 400;
const LOST = ['questions', 'answers', 'connection', 'refused'] as const;

/** A clock that stands still until it is told to move. */
interface SteppedClock extends Clock {
  advance(ms: number): Promise<void>;
}

const step = fc.record({
  process: fc.nat({ max: PROCESSES - 1 }),
  key: fc.nat({ max: KEYS.length - 1 }),
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 300 })),
  asks: fc.nat({ max: 4 }),
  releases: fc.nat({ max: 3 }),
  thereMs: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 30 })),
  backMs: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 160 })),
  event: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 8, arbitrary: fc.constantFrom('crash', 'close', ...LOST, 'away') },
  ),
});

/** One process: its limiter, its way to Redis, and what it works on by slots that it has neither released nor lost. */
interface Running {
  readonly limiter: SharedConcurrencyLimiter;
  readonly connection: SlotConnection;
  readonly working: Map<SharedConcurrencySlot, string>;
  crashed: boolean;
}

/** Several processes, and who of them works on what. */
class Race {
  readonly #clock: SteppedClock;
  readonly #redis: SlotRedis;
  readonly #limit: number;
  readonly #all: Running[] = [];
  /** What came to light in the middle of something. */
  #wrong: string | undefined;

  constructor(clock: SteppedClock, limit: number) {
    this.#clock = clock;
    this.#redis = new SlotRedis(clock);
    this.#limit = limit;
  }

  get wrong(): string | undefined {
    return this.#wrong;
  }

  start(): Running {
    const connection = this.#redis.connect();
    const options = { limit: this.#limit, termMs: TERM_MS, whenAway: 'closed' as const, clock: this.#clock };
    const limiter = createSharedConcurrencyLimiter({ driver: connection.driver, ...options });
    const running: Running = { limiter, connection, working: new Map(), crashed: false };
    this.#all.push(running);
    return running;
  }

  ask(running: Running, key: string): void {
    const given = (slot: SharedConcurrencySlot): void => {
      if (!slot.allowed || running.crashed) return;
      running.working.set(slot, key);
      slot.lost.addEventListener('abort', () => running.working.delete(slot));
      if (slot.lost.aborted) running.working.delete(slot);
      const count = this.#all.flatMap(({ working }) => [...working.values()]).filter((other) => other === key).length;
      if (count > this.#limit) this.#wrong ??= `${count} work on ${key} at ${this.#clock.now()} ms`;
    };
    const closed = (error: { readonly code?: string }): void => {
      if (error.code !== 'MILLRACE_RATELIMIT_CLOSED') this.#wrong ??= String(error);
    };
    void running.limiter.acquire(key).then(given, closed);
  }

  release({ working }: Running, count: number): void {
    for (const slot of [...working.keys()].slice(0, count)) {
      working.delete(slot);
      void slot.release().catch((error: unknown) => {
        this.#wrong ??= `a release rejected: ${error}`;
      });
    }
  }

  /** What it has sent is on its way; nothing is sent or heard any more. */
  crash(running: Running): void {
    running.crashed = true;
    running.working.clear();
    running.connection.lost = 'questions';
  }

  /** Everybody stops: nothing is left in Redis after a term, and everything can be had. */
  async end(): Promise<void> {
    let open = 0;
    for (const running of this.#all) {
      if (running.crashed) continue;
      running.connection.ready = true;
      running.connection.lost = undefined;
      open++;
      void running.limiter.close().then(() => open--);
    }
    await this.#clock.advance(TERM_MS + 100);
    assert.equal(open, 0, 'a limiter is not closed');
    assert.equal(this.#wrong, undefined);
    assert.equal(this.#redis.held, 0);
    const last = this.start();
    for (let asked = 0; asked <= this.#limit; asked++) this.ask(last, KEYS[0]!);
    await this.#clock.advance(0);
    assert.deepEqual([last.working.size, this.#wrong], [this.#limit, undefined]);
  }
}

/** Three processes ask, work, release, crash, stop and lose what they send: never do more work on a key than may. */
export async function sharedConcurrencyRaces(
  makeClock: () => SteppedClock,
  parameters: { readonly numRuns: number; readonly seed?: number },
): Promise<void> {
  const steps = fc.array(step, { minLength: 5, maxLength: 50 });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, async (limit, taken) => {
    const clock = makeClock();
    const race = new Race(clock, limit);
    const processes = Array.from({ length: PROCESSES }, () => race.start());
    for (const { process, key, afterMs, asks, releases, thereMs, backMs, event } of taken) {
      const running = processes[process]!;
      const { connection } = running;
      Object.assign(connection, { thereMs, backMs, ready: event !== 'away' });
      connection.lost = LOST.find((way) => way === event);
      for (let asked = 0; asked < asks; asked++) race.ask(running, KEYS[key]!);
      race.release(running, releases);
      if (event === 'crash') race.crash(running);
      if (event === 'close') void running.limiter.close();
      if (event === 'crash' || event === 'close') processes[process] = race.start();
      await clock.advance(afterMs);
      assert.equal(race.wrong, undefined);
    }
    await race.end();
  });
  await fc.assert(property, parameters);
}
