/** Places values along one direction of a chart. */
export interface Scale {
  /** In rising order, all within the scale. */
  readonly ticks: readonly number[];
  /** Where a value stands; one beyond the scale stands at its end. */
  at(value: number): number;
}

/** The two ends of a scale in the chart's units; `start` may be the larger one. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

const MOST_TICKS = 6;
const MOST_POWERS = 7;
/** What lies beyond is no figure of a service; its powers of ten could not be counted. */
const SMALLEST = 1e-9;
const LARGEST = 1e15;

/** From 0 to the next round number above the largest value. */
export function linearScale(largest: number, { start, end }: Extent): Scale {
  const top = Number.isFinite(largest) && largest > 0 ? drawable(largest) : 1;
  const step = roundStep(top / (MOST_TICKS - 1));
  const steps = Math.ceil(top / step - 1e-9);
  const last = steps * step;
  const ticks = Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  return { ticks, at: (value) => start + share(value / last) * (end - start) };
}

/** Over whole powers of ten around the values; with few of them also at 2 and 5. Values from 0 down stand at the start. */
export function logScale(values: readonly number[], { start, end }: Extent): Scale {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0).map(drawable);
  const [lowest, highest] = positive.length === 0 ? [1, 10] : [Math.min(...positive), Math.max(...positive)];
  const ticks = logTicks(lowest, highest);
  const [from = 1, to = 10] = [ticks[0], ticks.at(-1)];
  const decades = Math.log10(to / from);
  const at = (value: number): number =>
    start + (value > 0 ? share(Math.log10(value / from) / decades) : 0) * (end - start);
  return { ticks, at };
}

function logTicks(lowest: number, highest: number): number[] {
  const first = Math.floor(Math.log10(lowest) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(highest) - 1e-9));
  const fine = last - first <= 2 ? [1, 2, 5] : [1];
  const every = Math.ceil((last - first) / MOST_POWERS);
  const powers = Array.from({ length: Math.ceil((last - first) / every) + 1 }, (_, i) => first + i * every);
  const all = powers.flatMap((power) => fine.map((digit) => Number(`${digit}e${power}`)));
  const begin = all.findLastIndex((tick) => tick <= lowest * (1 + 1e-9));
  const finish = all.findIndex((tick) => tick >= highest * (1 - 1e-9));
  return all.slice(Math.max(0, begin), Math.max(finish, begin + 1) + 1);
}

/** The next number of the form 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return Number((digit * power).toPrecision(12));
}

function drawable(value: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, value));
}

function share(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}
