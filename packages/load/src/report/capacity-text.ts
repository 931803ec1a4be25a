import type { ArmCapacity, CapacityRow, CapacityStep } from '../prove/index.ts';
import { ABSENT, type NumberFormat } from './number-format.ts';
import type { Texts } from './texts.ts';

/** `812/s (780–840)`, `812/s (812–≥ 840)`, `≥ 4,000/s (generator)`, `– skipped (stopped)`. */
export function capacityText({ perSecond, limitedBy }: ArmCapacity, texts: Texts, format: NumberFormat): string {
  const { value, spread, bound } = perSecond;
  const limit = limitedBy === 'slo' ? '' : ` (${texts.limits[limitedBy]})`;
  if (value === null) return `${ABSENT} ${texts.labels.skipped}${limit}`;
  if (bound === 'at-least') return `≥ ${texts.perSecond(format.quantity(value))}${limit}`;
  return `${texts.perSecond(format.quantity(value))}${format.range(spread)}`;
}

/** `184`, `≥ 200` where what was never answered reaches it. */
export function stepP99Text({ p99Ms, p99Bound }: CapacityStep, format: NumberFormat): string {
  if (p99Ms === null) return ABSENT;
  return `${p99Bound === undefined ? '' : '≥ '}${format.quantity(p99Ms)}`;
}

/** What the rate had to stay within. */
export function sloText({ slo }: CapacityRow, texts: Texts, format: NumberFormat): string {
  return texts.slo(format.plain(slo.p99Ms), format.share(slo.errorShare));
}
