import type { PhaseSpec, RowSpec, StreamSpec, Tier } from '@millrace/load/prove';
import { constant } from './durations.ts';
import { healthProbes, sliceOf } from './scenarios.ts';
import type { StartSibling } from './sibling.ts';
import type { TraderPool } from './trader.ts';

/** What one scenario adds to the proof. */
export interface ProofPart {
  readonly phases: readonly PhaseSpec[];
  readonly rows: readonly RowSpec[];
}

/** Who drives the scenarios. They share nobody, so that what one has warmed is cold for the next. */
export interface ProofUsers {
  readonly traders: TraderPool;
  readonly api: TraderPool;
  readonly probes: TraderPool;
}

const TRADERS = 100;
const API_USERS = 100;
const PROBES = 5;

/** How many virtual users a proof needs. */
export const PROOF_USERS: number = TRADERS + API_USERS + PROBES;

/** Shares the virtual users out. */
export function shareUsers(pool: TraderPool): ProofUsers {
  return {
    traders: sliceOf(pool, 0, TRADERS),
    api: sliceOf(pool, TRADERS, API_USERS),
    probes: sliceOf(pool, TRADERS + API_USERS, PROBES),
  };
}

/** Asks /health/live beside the other streams of a phase. */
export function probeStream(ratePerSecond: number, durationMs: number): StreamSpec {
  const label = { en: '/health/live', 'zh-CN': '/health/live 探测' };
  return { id: 'probes', label, scenario: healthProbes(), arrivals: constant(ratePerSecond, durationMs) };
}

/** What each scenario's part is made from. */
export interface PartOptions {
  readonly users: ProofUsers;
  readonly tier: Tier;
  /** Undefined: nothing is tried on two instances. */
  readonly startSibling?: StartSibling | undefined;
}
