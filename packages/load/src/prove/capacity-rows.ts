import type { ArmSpec } from './arm-spec.ts';
import type { ArmSearch } from './capacity-search.ts';
import type { CapacitySpec } from './manifest.ts';
import type { ArmCapacity, CapacityRow, Ratio, Spread } from './proof-result.ts';

const NOTHING: ArmCapacity['perSecond'] = { value: null, spread: null, bound: 'at-least' };

/** One row a workload; arms that were not searched, because of a stop, are there without a value. */
export function capacityRows(
  specs: readonly CapacitySpec[],
  arms: readonly ArmSpec[],
  searches: readonly ArmSearch[],
): CapacityRow[] {
  return specs.map((spec) => {
    const searched = arms.map(({ id }) => searches.filter((search) => search.spec.id === spec.id && search.arm === id));
    const capacities = arms.map(({ id }, i) => armCapacity(id, searched[i] ?? []));
    const last = capacities.at(-1)?.perSecond ?? NOTHING;
    const ratios = capacities.slice(0, -1).map(({ perSecond }, i) => {
      return gainOf(last, perSecond, gainsOf(searched.at(-1) ?? [], searched[i] ?? []));
    });
    const { p99Ms, errorShare } = spec.slo;
    return { id: spec.id, label: spec.label, slo: { p99Ms, errorShare }, arms: capacities, ratios };
  });
}

/** Of the searches that were neighbours. */
function gainsOf(last: readonly ArmSearch[], earlier: readonly ArmSearch[]): number[] {
  return last.flatMap((one) => {
    const other = earlier.find(({ repetition }) => repetition === one.repetition);
    return other === undefined ? [] : [rateOf(one) / rateOf(other)];
  });
}

/** The lower of the middle two, so that it is a rate which was really met. */
function armCapacity(arm: string, searches: readonly ArmSearch[]): ArmCapacity {
  const known = searches
    .flatMap(({ found }) => (found.perSecond === null ? [] : [{ ...found, perSecond: found.perSecond }]))
    .toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = known[(known.length - 1) >> 1];
  const spread = spreadOf(known.map(({ perSecond }) => perSecond));
  const steps = searches.flatMap(({ found }) => found.steps);
  const death = searches.find(({ found }) => found.death !== null)?.found.death ?? null;
  if (middle === undefined) return { arm, perSecond: NOTHING, limitedBy: limitOf(searches), death, steps };
  const { perSecond: value, bound, limitedBy } = middle;
  return { arm, perSecond: { value, spread, bound }, limitedBy, death, steps };
}

/** Why nothing is known; an arm that was never searched was stopped before. */
function limitOf(searches: readonly ArmSearch[]): ArmCapacity['limitedBy'] {
  const limits = searches.map(({ found }) => found.limitedBy);
  return limits.includes('died') ? 'died' : (limits[0] ?? 'stopped');
}

function rateOf({ found }: ArmSearch): number {
  return found.perSecond ?? Number.NaN;
}

/** How many times more `last` takes than `earlier`: the geometric mean over the neighbouring searches. */
function gainOf(last: ArmCapacity['perSecond'], earlier: ArmCapacity['perSecond'], gains: readonly number[]): Ratio {
  const value = Math.exp(gains.reduce((sum, gain) => sum + Math.log(gain), 0) / gains.length);
  const open = [last, earlier].filter(({ bound }) => bound === 'at-least').length;
  if (open === 2 || !Number.isFinite(value)) return { value: null, bound: 'exact', spread: null };
  const bound = open === 0 ? 'exact' : last.bound === 'at-least' ? 'at-least' : 'at-most';
  return { value, bound, spread: spreadOf(gains) };
}

function spreadOf(values: readonly number[]): Spread | null {
  return values.length < 2 ? null : { min: Math.min(...values), max: Math.max(...values) };
}
