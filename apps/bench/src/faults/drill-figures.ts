import { type Asked, isFailure, type Needs } from './asked.ts';

/** When the dependency was taken away, and when it accepted again. */
export interface Outage {
  readonly brokenAt: number;
  readonly acceptingAt: number;
}

/** How a drill is judged. */
export interface DrillRules {
  /** Failures that began up to so long after the dependency accepts again are the outage's. */
  readonly marginMs: number;
  /** What a request without an answer has waited at least. */
  readonly patienceMs: number;
  /** The routes by which the recovery is told. */
  readonly needs: Needs;
}

/** What a drill has shown. */
export interface DrillFigures {
  readonly asked: number;
  readonly failed: number;
  /** Failures by status; `none` for those without an answer. */
  readonly failedBy: Readonly<Record<string, number>>;
  readonly wrong: readonly Asked[];
  /** Failures that no outage explains. */
  readonly outside: number;
  /** The longest that an answer took; a request without one counts as `patienceMs`. */
  readonly worstMs: number;
  /**
   * From accepting to the first good answer that needed the dependency and was asked for after the last failure.
   * Null: there was none.
   */
  readonly recoveryMs: number | null;
}

/** Reads the figures off what was asked. */
export function toFigures(asked: readonly Asked[], outage: Outage, rules: DrillRules): DrillFigures {
  const failures = asked.filter(isFailure);
  return {
    asked: asked.length,
    failed: failures.length,
    failedBy: countBy(failures.map(({ answer }) => String(answer?.status ?? 'none'))),
    wrong: asked.filter(({ wrong }) => wrong !== undefined),
    outside: failures.filter((each) => !isExplained(each, outage, rules)).length,
    worstMs: Math.max(0, ...asked.map((each) => endOf(each, rules) - each.askedAt)),
    recoveryMs: recoveryOf(asked, outage, rules.needs),
  };
}

function endOf({ askedAt, answer }: Asked, { patienceMs }: DrillRules): number {
  return answer?.at ?? askedAt + patienceMs;
}

/** It was under way during the outage, or began within the margin after it. */
function isExplained(each: Asked, { brokenAt, acceptingAt }: Outage, rules: DrillRules): boolean {
  return endOf(each, rules) >= brokenAt && each.askedAt <= acceptingAt + rules.marginMs;
}

function recoveryOf(asked: readonly Asked[], { acceptingAt }: Outage, needs: Needs): number | null {
  const lastFailure = Math.max(...asked.filter(isFailure).map(({ askedAt }) => askedAt), Number.NEGATIVE_INFINITY);
  const good = asked.flatMap((each) => {
    const isProof = each.needs === needs && !isFailure(each) && each.askedAt > lastFailure;
    return isProof && each.answer && each.answer.at >= acceptingAt ? [each.answer.at] : [];
  });
  return good.length === 0 ? null : Math.min(...good) - acceptingAt;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
