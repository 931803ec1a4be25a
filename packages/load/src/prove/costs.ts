import type { StepResult } from '../result/index.ts';
import type { ArmSpec } from './arm-spec.ts';
import { failedShare, isComparable } from './failed-share.ts';
import { percentileFigure, percentileReading, quotientFigure, quotientReading, type Reading } from './figure.ts';
import type { CostSpec, CounterCost, PhaseSpec } from './manifest.ts';
import type { CostRow, CounterDelta, Figure, PhaseRun, Ratio, RoundRun } from './proof-result.ts';
import { NO_RATIO, ratioOf } from './ratio.ts';

/** What a request costs, by the counter names that services commonly have. */
export const DEFAULT_COSTS: readonly CostSpec[] = [
  { id: 'cpu', label: { en: 'CPU per request', 'zh-CN': '每个请求的 CPU 时间' }, counter: 'cpuUs', unit: 'ms' },
  {
    id: 'loop-delay-p99',
    label: { en: 'event-loop delay P99', 'zh-CN': '事件循环延迟 P99' },
    histogram: 'eventLoopDelayUs',
    percentile: 99,
  },
  {
    id: 'db-queries',
    label: { en: 'database queries per request', 'zh-CN': '每个请求的数据库查询数' },
    counter: 'dbQueries',
  },
  {
    id: 'db-connects',
    label: { en: 'database connects per request', 'zh-CN': '每个请求的数据库连接数' },
    counter: 'dbConnects',
  },
  {
    id: 'upstream-calls',
    label: { en: 'upstream calls per request', 'zh-CN': '每个请求的上游调用数' },
    counter: 'upstreamCalls',
  },
  {
    id: 'identity-queries',
    label: { en: 'identity queries per authorised request', 'zh-CN': '每个已授权请求的身份查询数' },
    counter: 'identityQueries',
    per: 'authorisedRequests',
  },
  {
    id: 'identity-hit-rate',
    label: { en: 'identity cache hit rate', 'zh-CN': '身份缓存命中率' },
    counter: 'identityHits',
    per: 'authorisedRequests',
    unit: 'share',
  },
  {
    id: 'identity-hit-p99',
    label: { en: 'identity check on a hit, P99', 'zh-CN': '缓存命中时的身份校验 P99' },
    histogram: 'identityHitUs',
    percentile: 99,
  },
];

/** One round's counters of one phase. */
interface Counted {
  readonly block: number;
  readonly delta: CounterDelta;
  readonly answered: number;
  readonly steps: readonly StepResult[];
}

/**
 * The cost lines of each phase, in the order of the phases; lines of which no arm has a sample are left out. In a phase
 * with probes so are those by answered request: the arm counts what the probes ask, the answers are those of the streams.
 */
export function costRows(
  specs: readonly CostSpec[],
  phases: readonly PhaseSpec[],
  arms: readonly ArmSpec[],
  rounds: readonly RoundRun[],
): CostRow[] {
  return phases.flatMap(({ id: phase, probes = [] }) => {
    const counted = arms.map((arm) => countedIn(phase, arm, rounds));
    const lines = probes.length === 0 ? specs : specs.filter((spec) => !isByRequest(spec));
    const rows = lines.map((spec) => costRow(spec, phase, counted));
    return rows.filter((row) => row.arms.some(({ samples }) => samples > 0));
  });
}

function costRow(spec: CostSpec, phase: string, arms: readonly (readonly Counted[])[]): CostRow {
  const after = arms.at(-1) ?? [];
  const ratios = arms.slice(0, -1).map((before) => costRatio(spec, before, after));
  const { id, label } = spec;
  return { id, label, phase, unit: unitOf(spec), arms: arms.map((counted) => costFigure(spec, counted)), ratios };
}

/** None where one arm refuses what the other answers: a refusal costs little. */
function costRatio(spec: CostSpec, before: readonly Counted[], after: readonly Counted[]): Ratio {
  if (!isComparable(failedShare(stepsOf(before)), failedShare(stepsOf(after)))) return NO_RATIO;
  const blocks = before.flatMap((left) => {
    const right = after.find(({ block }) => block === left.block);
    return right === undefined ? [] : [{ before: readingIn(spec, left), after: readingIn(spec, right) }];
  });
  return ratioOf(costFigure(spec, before), costFigure(spec, after), blocks);
}

function stepsOf(counted: readonly Counted[]): StepResult[] {
  return counted.flatMap(({ steps }) => steps);
}

function isByRequest(spec: CostSpec): boolean {
  return 'counter' in spec && spec.per === undefined;
}

function has(spec: CostSpec, delta: CounterDelta): boolean {
  return 'counter' in spec ? spec.counter in delta.counters : spec.histogram in delta.histograms;
}

function unitOf(spec: CostSpec): CostRow['unit'] {
  return 'counter' in spec ? (spec.unit ?? 'count') : 'ms';
}

function countedIn(phaseId: string, arm: ArmSpec, rounds: readonly RoundRun[]): Counted[] {
  return rounds
    .filter((round) => round.arm === arm.id)
    .flatMap((round) => {
      const phase = round.phases.find(({ id }) => id === phaseId);
      if (phase === undefined || phase.counted === null) return [];
      const steps = phase.streams.map(({ result }) => result.total);
      return [{ block: round.block, delta: phase.counted, answered: answeredIn(phase), steps }];
    });
}

function answeredIn(phase: PhaseRun): number {
  const statuses = phase.streams.flatMap(({ result }) => Object.values(result.total.statuses));
  return statuses.reduce((sum, count) => sum + count, 0);
}

function costFigure(spec: CostSpec, counted: readonly Counted[]): Figure {
  const having = counted.filter(({ delta }) => has(spec, delta));
  if (!('counter' in spec))
    return percentileFigure(
      having.map(({ delta }) => delta.histograms[spec.histogram]).filter((one) => one !== undefined),
      spec.percentile,
    );
  return quotientFigure(
    having.map((one) => quotientIn(spec, one)),
    scaleOf(spec),
  );
}

const NO_READING: Reading = { value: Number.NaN, bound: 'exact', enough: false };

/** The line in one round alone. */
function readingIn(spec: CostSpec, counted: Counted): Reading {
  if ('counter' in spec) return quotientReading(quotientIn(spec, counted), scaleOf(spec));
  const histogram = counted.delta.histograms[spec.histogram];
  return histogram === undefined ? NO_READING : percentileReading(histogram, spec.percentile);
}

function quotientIn(spec: CounterCost, { delta, answered }: Counted): { part: number; whole: number } {
  return {
    part: delta.counters[spec.counter] ?? 0,
    whole: spec.per === undefined ? answered : (delta.counters[spec.per] ?? 0),
  };
}

function scaleOf(spec: CounterCost): number {
  return spec.unit === 'ms' ? 1 / 1000 : 1;
}
