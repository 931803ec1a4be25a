import type { ArmSpec } from './arm-spec.ts';
import type { ArmSearch, FoundCapacity } from './capacity-search.ts';
import { spreadOfBounded } from './figure.ts';
import type { CapacitySpec } from './manifest.ts';
import type { ArmCapacity, CapacityRow, Ratio } from './proof-result.ts';
import { extentOf, geometricMean, NO_RATIO, type Quotient } from './ratio.ts';

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
    const ratios = searched.slice(0, -1).map((earlier) => gainOf(gainsOf(searched.at(-1) ?? [], earlier)));
    const { p99Ms, errorShare } = spec.slo;
    return { id: spec.id, label: spec.label, slo: { p99Ms, errorShare }, arms: capacities, ratios };
  });
}

/** Of the searches that were neighbours; undefined where nothing is known of one, or of both only a bound. */
function gainsOf(last: readonly ArmSearch[], earlier: readonly ArmSearch[]): (Quotient | undefined)[] {
  return last.flatMap((one) => {
    const other = earlier.find(({ repetition }) => repetition === one.repetition);
    return other === undefined ? [] : [gainIn(one.found, other.found)];
  });
}

function gainIn(last: FoundCapacity, earlier: FoundCapacity): Quotient | undefined {
  const value = (last.perSecond ?? Number.NaN) / (earlier.perSecond ?? Number.NaN);
  if (!Number.isFinite(value) || value === 0) return undefined;
  if (last.bound === 'exact') return { value, bound: earlier.bound === 'exact' ? 'exact' : 'at-most' };
  return earlier.bound === 'exact' ? { value, bound: 'at-least' } : undefined;
}

/** The lower of the middle two, so that it is a rate which was really met. */
function armCapacity(arm: string, searches: readonly ArmSearch[]): ArmCapacity {
  const known = searches
    .flatMap(({ found }) => (found.perSecond === null ? [] : [{ ...found, perSecond: found.perSecond }]))
    .toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = known[(known.length - 1) >> 1];
  const bounded = known.map((one) => ({ value: one.perSecond, bound: one.bound }));
  const spread = known.length < 2 ? null : spreadOfBounded(bounded);
  const steps = searches.flatMap(({ found }) => found.steps);
  const death = searches.find(({ found }) => found.death !== null)?.found.death ?? null;
  if (middle === undefined) return { arm, perSecond: NOTHING, limitedBy: limitOf(searches), death, steps };
  const { perSecond: value, bound, limitedBy } = middle;
  return { arm, perSecond: { value, spread, bound }, limitedBy, death, steps };
}

/** Why nothing is known; an arm that was never searched was stopped before. */
function limitOf(searches: readonly ArmSearch[]): ArmCapacity['limitedBy'] {
  const limits = searches.map(({ found }) => found.limitedBy);
  const lost = (['died', 'port-in-use'] as const).find((limit) => limits.includes(limit));
  return lost ?? limits[0] ?? 'stopped';
}

/** How many times more the last arm takes: the geometric mean over the neighbouring searches, and a bound if any is. */
function gainOf(gains: readonly (Quotient | undefined)[]): Ratio {
  const known = gains.filter((gain) => gain !== undefined);
  const bounds = new Set(known.map(({ bound }) => bound).filter((bound) => bound !== 'exact'));
  if (known.length === 0 || known.length < gains.length || bounds.size > 1) return NO_RATIO;
  const [bound = 'exact'] = bounds;
  return { value: geometricMean(known.map(({ value }) => value)), bound, ...extentOf(known) };
}
