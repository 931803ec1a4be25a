import type { Clock } from '../core/index.ts';
import type { HashTarget } from './hash-cost.ts';

/** What {@link createHashGate} takes. */
export interface HashGateOptions {
  /** Threads that hash, so hashes at a time. 1 to 64; default 1. One a core does no harm below normal priority. */
  readonly threads?: number;
  /** Most passwords that wait. 0 to 1,000; default 16. */
  readonly maxQueue?: number;
  /**
   * Within how many milliseconds a password should be hashed: one that cannot be is refused at once, one that still
   * waits then is given up, one that runs is answered when it is done. 10 to 60,000; default 1,000.
   */
  readonly deadlineMs?: number;
  /** Highest bcrypt cost accepted, also in stored hashes. 4 to 18; default 14 (0.7 s where cost 12 takes 174 ms). */
  readonly maxCost?: number;
  /** Most memory of one argon2id or scrypt hash, also of stored ones, in KiB; each thread may need it. 1,024 to 1,048,576; default 131,072. */
  readonly maxMemoryKiB?: number;
  /**
   * How new hashes are made, and below what a stored one is to be replaced: argon2id, or bcrypt of a cost if it is a number.
   * Default: argon2id with 19,456 KiB, 2 passes, 1 lane.
   */
  readonly target?: HashTarget;
  /** Scheduling priority of the threads, 0 (normal) to 19 (lowest); default 10. Linux only, without effect elsewhere. */
  readonly niceness?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Counts since the gate was made; `threads`, `queued`, `running` and `waitMs` are as of now. */
export interface HashGateStats {
  /** Threads alive. */
  readonly threads: number;
  readonly queued: number;
  readonly running: number;
  /** How long a password handed in now would wait for a thread, estimated. */
  readonly waitMs: number;
  readonly completed: number;
  /** Refused at once: the queue was full, or the deadline out of reach. */
  readonly refused: number;
  /** Given up at their deadline. */
  readonly expired: number;
  /** Threads that died. */
  readonly crashes: number;
}

/** What {@link HashGate.check} finds. */
export interface PasswordCheck {
  /** Whether the user is known, and the password theirs. */
  readonly matches: boolean;
  /** Store it in place of the hash that was given: that one is weaker than the gate's `target`. Undefined when there is nothing to do. */
  readonly upgradedHash: string | undefined;
}
