import { constants } from 'node:os';
import {
  type Clock,
  checkOptionNames,
  MillraceError,
  type OptionNames,
  systemClock,
  type Timer,
} from '../core/index.ts';
import { type AuthHashSignal, authHash } from '../signals/index.ts';
import { requireBcrypt } from './bcrypt-package.ts';
import { AUTH_ERRORS } from './errors.ts';
import { checkCost, costOf, DEFAULT_TARGET, type HashCost, type HashLimits, type HashTarget } from './hash-cost.ts';
import { HashCrew } from './hash-crew.ts';
import type { HashGateOptions, HashGateStats, PasswordCheck } from './hash-gate-options.ts';
import { type HashJob, hashWorkerUrl, type StartHashThread, startWorkerThread } from './hash-thread.ts';
import { HashTime } from './hash-time.ts';
import { checkWhole } from './option-check.ts';
import { checkBcryptLength, checkPassword, isCutByBcrypt, spellingsOf } from './password-input.ts';
import { dummyHash, isWeaker, parseStoredHash } from './stored-hash.ts';

/*
 * A gate in front of password hashing.
 *
 * One bcrypt hash of cost 12 is 174 ms of CPU, so a core makes some six a second and a burst of logins is always
 * more work than the machine can do at once. The usual ways fail in turn: on the event loop everything stops; on
 * libuv's pool of four threads (which every "async" hash function uses) file reads and DNS look-ups queue behind
 * the hashes for seconds; and an unbounded queue makes every login wait until its client has given up, so that
 * the machine works only for answers nobody reads.
 *
 * The gate therefore
 * - hashes by the synchronous API in threads of its own, which leaves both the loop and libuv's pool alone, and
 *   gives these threads a lower priority, so that requests go first when cores are short;
 * - predicts for each job when it would be done, from measured hash times and the work before it, and refuses at
 *   once, with the time after which to try again, what could not be done in time: those who are let in are served
 *   within the deadline, and no hash is made for somebody who has left;
 * - always gives a job to a thread that is free. Otherwise a prediction that was once too high, after a moment
 *   when the machine was starved, would refuse everything and never be measured again.
 */

/** Hashes passwords without stopping anything else. */
export interface HashGate extends AsyncDisposable {
  /**
   * A login: whether `password` is the one that `hash` was made from, and a better hash when it was made by weaker means
   * than `target`. Without a hash, of a user whom nobody knows, it takes as long and says no. An upgrade for which there
   * is no room is left to the next login. Throws as {@link verify}.
   * @param hash what is stored for the user: bcrypt (2a, 2b, 2y), or argon2id or scrypt as PHC strings
   */
  check(password: string, hash: string | undefined): Promise<PasswordCheck>;
  /**
   * Whether `password` is the one that `hash` was made from.
   * @throws `MILLRACE_AUTH_HASH_QUEUE_FULL`, `MILLRACE_AUTH_HASH_LATE` (context `retryAfterMs`), `MILLRACE_AUTH_HASH_DEADLINE`,
   * `MILLRACE_AUTH_HASH_CRASHED`, `MILLRACE_AUTH_HASH_UNAVAILABLE`, `MILLRACE_AUTH_CLOSED`; before any queueing
   * `MILLRACE_AUTH_PASSWORD_INVALID`, `MILLRACE_AUTH_PASSWORD_TOO_LONG`, `MILLRACE_AUTH_HASH_INVALID`, `MILLRACE_AUTH_HASH_COST`,
   * `MILLRACE_AUTH_HASH_PARAMETER`, `MILLRACE_AUTH_BCRYPT_MISSING`.
   */
  verify(password: string, hash: string): Promise<boolean>;
  /** A new hash of `password`, as `target` says, by default the gate's own; a number is a bcrypt cost. Throws as {@link verify}. */
  hash(password: string, target?: HashTarget): Promise<string>;
  /** Whether a stored hash was made by weaker means than the gate's `target`. @throws `MILLRACE_AUTH_HASH_INVALID` */
  needsUpgrade(hash: string): boolean;
  stats(): HashGateStats;
  /** Refuses what waits with `MILLRACE_AUTH_CLOSED`, lets what runs finish, ends the threads. */
  close(): Promise<void>;
}

/**
 * Makes a gate and starts its threads. bcrypt needs the package @node-rs/bcrypt. Where services are bundled, millrace must
 * stay outside the bundle: its threads start from a file of their own.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`, `MILLRACE_AUTH_HASH_COST`, `MILLRACE_AUTH_HASH_PARAMETER`;
 * `MILLRACE_AUTH_BCRYPT_MISSING` when `target` is bcrypt.
 * @example
 * const passwords = createHashGate({ threads: 1, maxQueue: 16, deadlineMs: 1_000 });
 * const stored = await passwords.hash('correct horse battery');
 * const { matches } = await passwords.check('correct horse battery', stored); // true
 * await passwords.close();
 */
export function createHashGate(options: HashGateOptions = {}): HashGate {
  checkOptionNames('createHashGate', options, OPTIONS);
  const niceness = checkWhole('niceness', options.niceness ?? constants.priority.PRIORITY_BELOW_NORMAL, 0, 19);
  if (typeof options.target === 'number') requireBcrypt();
  return openHashGate(options, (died) => startWorkerThread(hashWorkerUrl(), { niceness }, died));
}

/** The gate over any kind of thread. */
export function openHashGate(options: HashGateOptions, start: StartHashThread): HashGate {
  return new ThreadedHashGate(options, start);
}

const OPTIONS: OptionNames<HashGateOptions> = {
  threads: true,
  maxQueue: true,
  deadlineMs: true,
  maxCost: true,
  maxMemoryKiB: true,
  target: true,
  niceness: true,
  clock: true,
};

interface Waiter {
  readonly job: HashJob;
  readonly cost: HashCost;
  readonly arrivedAt: number;
  readonly answer: PromiseWithResolvers<boolean | string>;
  /** Ends the wait in the queue. */
  timer: Timer | undefined;
  startedAt: number | undefined;
}

class ThreadedHashGate implements HashGate {
  readonly #clock: Clock;
  readonly #maxQueue: number;
  readonly #deadlineMs: number;
  readonly #limits: HashLimits;
  readonly #target: HashTarget;
  /** Stands in for the hash of a user whom nobody knows. */
  readonly #dummy: string;
  readonly #crew: HashCrew;
  readonly #time = new HashTime();
  readonly #queue: Waiter[] = [];
  readonly #running = new Set<Waiter>();
  #closing: Promise<void> | undefined;
  #completed = 0;
  #refused = 0;
  #expired = 0;

  constructor(options: HashGateOptions, start: StartHashThread) {
    this.#clock = options.clock ?? systemClock;
    this.#maxQueue = checkWhole('maxQueue', options.maxQueue ?? 16, 0, 1_000);
    this.#deadlineMs = checkWhole('deadlineMs', options.deadlineMs ?? 1_000, 10, 60_000);
    const maxMemoryKiB = checkWhole('maxMemoryKiB', options.maxMemoryKiB ?? 131_072, 1_024, 1_048_576);
    this.#limits = { maxCost: checkWhole('maxCost', options.maxCost ?? 14, 4, 18), maxMemoryKiB };
    this.#target = options.target ?? DEFAULT_TARGET;
    checkCost(costOf(this.#target), this.#limits);
    this.#dummy = dummyHash(this.#target);
    const threads = checkWhole('threads', options.threads ?? 1, 1, 64);
    this.#crew = new HashCrew(threads, start, this.#clock, () => this.#advance());
  }

  async check(password: string, hash: string | undefined): Promise<PasswordCheck> {
    checkPassword(password);
    // What bcrypt cannot read is nobody's password, and must not tell which users have a hash of it.
    const unreadable =
      hash !== undefined && parseStoredHash(hash).algorithm === 'bcrypt' && spellingsOf(password).every(isCutByBcrypt);
    if (hash === undefined || unreadable) {
      await this.verify(password, this.#dummy);
      return { matches: false, upgradedHash: undefined };
    }
    const spelling = await this.#spellingOf(password, hash);
    const matches = spelling !== undefined;
    const upgrades = matches && (this.needsUpgrade(hash) || spelling !== spellingsOf(password)[0]);
    return { matches, upgradedHash: upgrades ? await this.hash(password).catch(() => undefined) : undefined };
  }

  async verify(password: string, hash: string): Promise<boolean> {
    return (await this.#spellingOf(password, hash)) !== undefined;
  }

  async hash(password: string, target: HashTarget = this.#target): Promise<string> {
    checkPassword(password);
    const cost = checkCost(costOf(target), this.#limits);
    const [spelling = password] = spellingsOf(password);
    if (cost.algorithm === 'bcrypt') checkBcrypt(spelling);
    const job =
      typeof target === 'number' ? { password: spelling, cost: target } : { password: spelling, argon2id: target };
    return (await this.#submit(job, cost)) as string;
  }

  needsUpgrade(hash: string): boolean {
    return isWeaker(parseStoredHash(hash), this.#target);
  }

  stats(): HashGateStats {
    return {
      threads: this.#crew.size,
      queued: this.#queue.length,
      running: this.#running.size,
      waitMs: this.#crew.size === 0 ? 0 : this.#expectedWaitMs(),
      completed: this.#completed,
      refused: this.#refused,
      expired: this.#expired,
      crashes: this.#crew.crashes,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The spelling of the password that `hash` was made from. */
  async #spellingOf(password: string, hash: string): Promise<string | undefined> {
    checkPassword(password);
    const stored = checkCost(parseStoredHash(hash), this.#limits);
    const spellings = stored.algorithm === 'bcrypt' ? readByBcrypt(password) : spellingsOf(password);
    for (const spelling of spellings) {
      if ((await this.#submit({ password: spelling, hash }, stored)) === true) return spelling;
    }
    return undefined;
  }

  async #shut(): Promise<void> {
    this.#rejectQueue(() => closedError());
    await Promise.allSettled([...this.#running].map((waiter) => waiter.answer.promise));
    await this.#crew.close();
  }

  #submit(job: HashJob, cost: HashCost): Promise<boolean | string> {
    const waiter: Waiter = {
      job,
      cost,
      arrivedAt: this.#clock.now(),
      answer: Promise.withResolvers(),
      timer: undefined,
      startedAt: undefined,
    };
    if (this.#closing !== undefined) this.#fail(waiter, closedError());
    else if (this.#crew.size === 0) this.#fail(waiter, this.#crew.unavailable());
    else if (this.#crew.hasFree) this.#start(waiter);
    else this.#enqueue(waiter);
    return waiter.answer.promise;
  }

  #enqueue(waiter: Waiter): void {
    const waitMs = this.#expectedWaitMs();
    const expectedMs = this.#time.expect(waiter.cost);
    const full = this.#queue.length >= this.#maxQueue;
    if (full || waitMs + expectedMs > this.#deadlineMs) {
      this.#refused++;
      const retryAfterMs = Math.ceil(Math.max(waitMs, expectedMs));
      const error = full
        ? AUTH_ERRORS.create('MILLRACE_AUTH_HASH_QUEUE_FULL', { limit: this.#maxQueue, retryAfterMs })
        : AUTH_ERRORS.create('MILLRACE_AUTH_HASH_LATE', { deadlineMs: this.#deadlineMs, retryAfterMs });
      this.#fail(waiter, error);
      return;
    }
    waiter.timer = this.#clock.schedule(this.#deadlineMs, () => this.#expire(waiter));
    this.#queue.push(waiter);
  }

  #expire(waiter: Waiter): void {
    this.#queue.splice(this.#queue.indexOf(waiter), 1);
    this.#expired++;
    this.#fail(waiter, AUTH_ERRORS.create('MILLRACE_AUTH_HASH_DEADLINE', { waitedMs: this.#deadlineMs }));
  }

  #start(waiter: Waiter): void {
    waiter.timer?.cancel();
    waiter.startedAt = this.#clock.now();
    this.#running.add(waiter);
    const ended = (): void => {
      this.#running.delete(waiter);
      this.#advance();
    };
    this.#crew.run(waiter.job).then(
      ({ value, elapsedMs }) => {
        this.#completed++;
        this.#time.record(waiter.cost, elapsedMs);
        this.#report(waiter, value === false ? 'mismatch' : 'ok');
        waiter.answer.resolve(value);
        ended();
      },
      (cause: unknown) => {
        this.#fail(waiter, asHashError(cause));
        ended();
      },
    );
  }

  /** Gives free threads what waits; with no thread left, refuses it. */
  #advance(): void {
    while (this.#crew.hasFree) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#start(next);
    }
    if (this.#crew.size === 0) this.#rejectQueue(() => this.#crew.unavailable());
  }

  #rejectQueue(reason: () => Error): void {
    for (const waiter of this.#queue.splice(0)) {
      waiter.timer?.cancel();
      this.#fail(waiter, reason());
    }
  }

  #fail(waiter: Waiter, error: Error): void {
    this.#report(waiter, outcomeOf(error));
    waiter.answer.reject(error);
  }

  /** When a thread will be free for a newcomer, from measured hash times: what waits is dealt out in order. */
  #expectedWaitMs(): number {
    const now = this.#clock.now();
    const freeInMs: number[] = Array(Math.max(0, this.#crew.size - this.#running.size)).fill(0);
    for (const { cost, startedAt = now } of this.#running) {
      freeInMs.push(Math.max(0, this.#time.expect(cost) - (now - startedAt)));
    }
    for (const { cost } of this.#queue) {
      const first = freeInMs.indexOf(Math.min(...freeInMs));
      freeInMs[first]! += this.#time.expect(cost);
    }
    return Math.min(...freeInMs);
  }

  #report(waiter: Waiter, outcome: AuthHashSignal['outcome']): void {
    if (!authHash.hasSubscribers) return;
    const now = this.#clock.now();
    authHash.publish({
      name: 'hash' in waiter.job ? 'verify' : 'hash',
      outcome,
      durationMs: now - waiter.arrivedAt,
      waitMs: (waiter.startedAt ?? now) - waiter.arrivedAt,
    });
  }
}

function checkBcrypt(password: string): void {
  checkBcryptLength(password);
  requireBcrypt();
}

/** The spellings that bcrypt reads whole. @throws `MILLRACE_AUTH_PASSWORD_TOO_LONG` where there are none */
function readByBcrypt(password: string): readonly string[] {
  requireBcrypt();
  const read = spellingsOf(password).filter((spelling) => !isCutByBcrypt(spelling));
  if (read.length === 0) checkBcryptLength(password);
  return read;
}

function closedError(): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_CLOSED', { what: 'the hash gate' });
}

/** A thread's death as the caller sees it; the crew's own errors as they are. */
function asHashError(cause: unknown): Error {
  return cause instanceof MillraceError ? cause : AUTH_ERRORS.create('MILLRACE_AUTH_HASH_CRASHED', {}, cause);
}

function outcomeOf(error: Error): AuthHashSignal['outcome'] {
  const code = error instanceof MillraceError ? error.code : undefined;
  if (code === 'MILLRACE_AUTH_HASH_QUEUE_FULL' || code === 'MILLRACE_AUTH_HASH_LATE') return 'refused';
  return code === 'MILLRACE_AUTH_HASH_DEADLINE' ? 'timeout' : 'failed';
}
