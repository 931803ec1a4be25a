import { checkWhole } from '../errors.ts';
import type { ValidityReason } from '../result/index.ts';
import type { PartFinding, SelfTestCheck, SelfTestGround } from './check.ts';
import { measureDelays } from './delay-part.ts';
import { CAPACITY_PER_SECOND, measureOverload } from './overload-part.ts';
import { measurePacing } from './pacing-part.ts';
import { measureStall } from './stall-part.ts';
import { startTestServer } from './started-server.ts';

/** Options of {@link runSelfTest}. */
export interface SelfTestOptions {
  /** Half a minute in place of two: shorter runs with the same goals. Default false. */
  readonly isQuick?: boolean;
  /** A whole number from 0 to 4,294,967,295; default 1. */
  readonly seed?: number;
  /** Aborting ends the self-test with what it has found. */
  readonly signal?: AbortSignal;
  /** Told of the checks of each part once they are made. */
  readonly onChecks?: (checks: readonly SelfTestCheck[]) => void;
}

/** What the load tester found out about itself. */
export interface SelfTestResult {
  readonly schema: 'millrace-self-test/1';
  /** Label only; ISO 8601. */
  readonly startedAt: string;
  readonly isQuick: boolean;
  readonly seed: number;
  readonly checks: readonly SelfTestCheck[];
  /**
   * - `met` every error is within its goal
   * - `missed` some error is not
   * - `invalid` a run's generator could not keep its schedule, so the machine was too busy to tell
   * - `interrupted` it was told to end before all was checked
   */
  readonly verdict: 'met' | 'missed' | 'invalid' | 'interrupted';
  /** Why runs were invalid; empty when all were valid. */
  readonly reasons: readonly ValidityReason[];
}

/** Each needs nothing of the others; one after the other, or they would slow each other down. */
const PARTS: readonly ((ground: SelfTestGround) => Promise<PartFinding>)[] = [
  measureDelays,
  measureStall,
  measureOverload,
  measurePacing,
];

/**
 * Measures the load tester itself: drives load at a built-in server whose truth is known (a delay that the server times
 * with its own clock, a stall that it stamps, a capacity, a schedule) and says how far off its own figures are.
 *
 * Rejects only for bad options, or when the server cannot be started.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @example
 * const { checks, verdict } = await runSelfTest({ isQuick: true });
 * for (const { part, figure, error, goal, met } of checks) console.log(part, figure, error, goal, met);
 * console.log(verdict);
 */
export async function runSelfTest(options: SelfTestOptions = {}): Promise<SelfTestResult> {
  const { isQuick = false, seed = 1, signal, onChecks } = options;
  checkWhole('seed', seed, 0, 0xffff_ffff);
  const startedAt = new Date().toISOString();
  const findings: PartFinding[] = [];
  const isStopped = (): boolean => signal?.aborted === true;
  using server = await startTestServer(CAPACITY_PER_SECOND);
  for (const measure of PARTS) {
    if (isStopped()) break;
    const found = await measure({ target: server.target, isQuick, seed, signal });
    // What was cut off half-way says nothing.
    if (isStopped()) break;
    findings.push(found);
    onChecks?.(found.checks);
  }
  const head = { schema: 'millrace-self-test/1', startedAt, isQuick, seed } as const;
  return { ...head, ...judgeFindings(findings, isStopped()) };
}

/** The verdict over all parts: figures of a generator that could not keep its schedule are not held against the goals. */
export function judgeFindings(
  findings: readonly PartFinding[],
  isInterrupted: boolean,
): Pick<SelfTestResult, 'checks' | 'verdict' | 'reasons'> {
  const checks = findings.flatMap((found) => found.checks);
  const reasons = findings.flatMap(({ validities }) => validities.flatMap((validity) => validity.reasons));
  const judged = reasons.length > 0 ? 'invalid' : checks.every(({ met }) => met) ? 'met' : 'missed';
  return { checks, reasons, verdict: isInterrupted ? 'interrupted' : judged };
}
