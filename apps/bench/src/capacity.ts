import { type CapacityRow, type ProofResult, prove, type Ratio } from '@millrace/load/prove';
import { canOverwrite, createProgressDisplay } from '@millrace/load/report';
import { proof } from '@millrace/reference/prove';
import type { Measurement } from './measurement.ts';

const WORKLOAD = 'tokens';
const LAST = 'optimised';
const EARLIER = ['origin', 'typical'] as const;
/** `optimised` without what any team could write by hand in SQL: the totals kept by a trigger, and prepared statements. */
const WITHOUT_SQL = { id: 'db.no-totals,db.parse-per-query', label: 'optimised without hand-made SQL' } as const;

/** How many requests a second each arm takes within the SLO. Takes several minutes an arm: the slow one needs long steps. */
export async function measureCapacity(): Promise<readonly Measurement[]> {
  const display = createProgressDisplay({ stream: process.stderr, live: canOverwrite(process.stderr, process.env) });
  const options = { tier: 'main', blocks: 1, capacity: true, onEvent: display.listen } as const;
  const arms = [...proof.arms.slice(0, -1), WITHOUT_SQL, ...proof.arms.slice(-1)];
  const result = await prove({ ...proof, arms }, options).finally(() => display.close());
  if (result.outcome !== 'complete') throw new Error(`the proof ended with "${result.outcome}"`);
  return readCapacity(result);
}

/** The goals of a result: what each arm takes, and how many times more the last one does. */
export function readCapacity({ capacity }: Pick<ProofResult, 'capacity'>): readonly Measurement[] {
  const row = capacity.find(({ id }) => id === WORKLOAD);
  if (row === undefined) throw new Error(`the proof has no capacity "${WORKLOAD}"`);
  return [
    ...EARLIER.map((arm) => readRatio(`reference.capacity.${arm}`, row, arm)),
    readWithoutSql('reference.capacity.without-sql', row),
    ...[...EARLIER, LAST].map((arm) => readRate(`reference.capacity.rate.${arm}`, row, arm)),
    readRate('reference.capacity.rate.without-sql', row, WITHOUT_SQL.id),
  ];
}

function readRatio(goal: string, row: CapacityRow, arm: string): Measurement {
  const ratio = row.ratios[row.arms.findIndex((each) => each.arm === arm)];
  if (ratio?.value === null || ratio === undefined) return skipped(goal, `no ratio to ${arm}`);
  return measured(goal, ratio.value, ratio);
}

/** The arm ÷ `typical`, by the ratios of both to the last one; a bound on what is divided by turns round. */
function readWithoutSql(goal: string, row: CapacityRow): Measurement {
  const ratioTo = (id: string) => row.ratios[row.arms.findIndex(({ arm }) => arm === id)];
  const [typical, without] = [ratioTo('typical'), ratioTo(WITHOUT_SQL.id)];
  if (typical?.value == null || without?.value == null) return skipped(goal, 'no ratios of the arms');
  const bounds = new Set([typical.bound, TURNED[without.bound]].filter((bound) => bound !== 'exact'));
  if (bounds.size > 1) return skipped(goal, 'bounded from both sides');
  const [bound = 'exact'] = bounds;
  return measured(goal, typical.value / without.value, { bound, spread: null });
}

const TURNED = { exact: 'exact', 'at-least': 'at-most', 'at-most': 'at-least' } as const;

function readRate(goal: string, row: CapacityRow, arm: string): Measurement {
  const found = row.arms.find((each) => each.arm === arm);
  if (found === undefined || found.perSecond.value === null) return skipped(goal, `${arm} was not searched`);
  if (found.death !== null) return skipped(goal, `${arm} was lost in a search: ${found.death}`);
  return measured(goal, found.perSecond.value, found.perSecond);
}

function measured(goal: string, value: number, { bound, spread }: Pick<Ratio, 'bound' | 'spread'>): Measurement {
  return { goal, value, spread: toPair(spread), ...(bound === 'exact' ? {} : { bound }) };
}

function skipped(goal: string, why: string): Measurement {
  return { goal, value: null, spread: null, skipped: why };
}

/** None where an end may lie elsewhere: a pair says that no round went beyond. */
function toPair(spread: Ratio['spread']): Measurement['spread'] {
  const isKnown = spread !== null && spread.minBound === undefined && spread.maxBound === undefined;
  return isKnown ? [spread.min, spread.max] : null;
}
