import { checkNumber, checkWhole, refusedOption } from './option-check.ts';

/** A byte that arrives with other bits than it was sent with: one at an offset, or each with a probability. */
export type CorruptByte =
  /** Offset of the byte, 0 being the first that passes under this fault. */
  | { readonly at: number }
  /** Chance of each byte, above 0 and up to 1. */
  | { readonly probability: number };

/** What goes wrong in one direction. All of it may be combined. */
export interface DirectionFaults {
  /** Each byte arrives this much later, 0 to 3,600,000; the order is kept. */
  readonly latencyMs?: number;
  /** Up to this much more latency, drawn anew for each chunk, 0 to 3,600,000; the order is kept. */
  readonly jitterMs?: number;
  /** At most so many bytes pass in a second, from 1 up. */
  readonly bandwidthBytesPerS?: number;
  /** Bytes arrive in pieces of at most `maxBytes` (from 1 up), with `delayMs` (default 0) after each. */
  readonly slice?: { readonly maxBytes: number; readonly delayMs?: number };
  /**
   * The peer that this direction leads to gets a reset so long after the fault was set or the connection was
   * accepted, whichever is later; 0 is at once. The other peer, unless reset too, sees the connection end.
   */
  readonly resetAfterMs?: number;
  /** Bytes are read and thrown away, and no end or reset is passed on: the peer is gone and nobody said so. */
  readonly halfOpen?: boolean;
  /** Nothing passes, nothing is lost: what fits the buffer waits in it, then the sender does. */
  readonly stall?: boolean;
  /** The connection ends when so many bytes have passed under this fault; 0: instead of the first. */
  readonly dropAfterBytes?: number;
  /** How `dropAfterBytes` ends it; default `reset`. A reset may overtake bytes that were not read yet. */
  readonly dropWith?: 'reset' | 'fin';
  /** Bytes arrive with flipped bits. */
  readonly corruptByte?: CorruptByte;
}

/** What goes wrong. Set beside `up` and `down`, a fault holds in both directions; set in one of them, there. */
export interface Faults extends DirectionFaults {
  /** Faults on the way to the target; they win over those for both directions. */
  readonly up?: DirectionFaults;
  /** Faults on the way to the client; they win over those for both directions. */
  readonly down?: DirectionFaults;
  /** New connections are reset, open ones go on. */
  readonly refuse?: boolean;
}

/** Faults that were checked, with those of both directions put into each. */
export interface ResolvedFaults {
  readonly refuse: boolean;
  readonly up: DirectionFaults;
  readonly down: DirectionFaults;
}

type Check = (option: string, value: unknown) => unknown;

const LONGEST_MS = 3_600_000;

const duration: Check = (option, value) => checkNumber(option, value, 0, LONGEST_MS);

const flag: Check = (option, value) => {
  if (typeof value !== 'boolean') throw refusedOption(option, value, 'true or false');
};

const DIRECTION_CHECKS: Readonly<Record<keyof DirectionFaults, Check>> = {
  latencyMs: duration,
  jitterMs: duration,
  bandwidthBytesPerS: (option, value) => checkNumber(option, value, 1, Number.MAX_SAFE_INTEGER),
  slice: checkSlice,
  resetAfterMs: duration,
  halfOpen: flag,
  stall: flag,
  dropAfterBytes: (option, value) => checkWhole(option, value, 0, Number.MAX_SAFE_INTEGER),
  dropWith(option, value) {
    if (value !== 'reset' && value !== 'fin') throw refusedOption(option, value, 'reset or fin');
  },
  corruptByte: checkCorruptByte,
};

const CHECKS: Readonly<Record<keyof Faults, Check>> = {
  ...DIRECTION_CHECKS,
  up: (option, value) => checkAll(`${option}.`, value, DIRECTION_CHECKS),
  down: (option, value) => checkAll(`${option}.`, value, DIRECTION_CHECKS),
  refuse: flag,
};

/** Checks `faults` and puts those of both directions into each. @throws MILLRACE_TESTING_OPTION_INVALID */
export function resolveFaults(faults: Faults): ResolvedFaults {
  checkAll('', faults, CHECKS);
  const { up, down, refuse = false, ...both } = faults;
  return { refuse, up: { ...both, ...up }, down: { ...both, ...down } };
}

function checkAll(prefix: string, faults: unknown, checks: Readonly<Record<string, Check>>): void {
  if (typeof faults !== 'object' || faults === null) throw refusedOption(prefix || 'faults', faults, 'an object');
  for (const [name, value] of Object.entries(faults)) {
    if (!Object.hasOwn(checks, name)) throw refusedOption(prefix + name, value, Object.keys(checks).join(', '));
    checks[name]?.(prefix + name, value);
  }
}

function checkSlice(option: string, value: unknown): void {
  checkAll(`${option}.`, value, { maxBytes: () => {}, delayMs: duration });
  const { maxBytes } = value as { maxBytes?: unknown };
  checkWhole(`${option}.maxBytes`, maxBytes, 1, Number.MAX_SAFE_INTEGER);
}

function checkCorruptByte(option: string, value: unknown): void {
  checkAll(`${option}.`, value, {
    at: (name, at) => checkWhole(name, at, 0, Number.MAX_SAFE_INTEGER),
    probability: (name, chance) => checkNumber(name, chance, Number.MIN_VALUE, 1),
  });
  if (Object.keys(value as object).length !== 1) throw refusedOption(option, 'unclear', 'either at or probability');
}
