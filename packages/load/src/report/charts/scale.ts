/** Places values along one direction of a chart. */
export interface Scale {
  readonly from: number;
  readonly to: number;
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
  return { from: 0, to: last, ticks, at: (value) => start + share(value / last) * (end - start) };
}

/** From the 1, 2 or 5 below the values to the one above them, ticks at powers of ten. Values from 0 down stand at the start. */
export function logScale(values: readonly number[], { start, end }: Extent): Scale {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0).map(drawable);
  const [lowest, highest] = positive.length === 0 ? [1, 10] : [Math.min(...positive), Math.max(...positive)];
  const from = roundedSteps(lowest).findLast((step) => step <= lowest * (1 + 1e-9)) ?? lowest;
  const above = roundedSteps(highest).find((step) => step >= highest * (1 - 1e-9)) ?? highest;
  const to = above > from ? above : from * 10;
  const decades = Math.log10(to / from);
  const at = (value: number): number =>
    start + (value > 0 ? share(Math.log10(value / from) / decades) : 0) * (end - start);
  return { from, to, ticks: logTicks(from, to), at };
}

/** Powers of ten, at most {@link MOST_TICKS} or so; between few of them also 2 and 5. */
function logTicks(from: number, to: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const digits = Math.log10(to / from) <= 2.1 ? [1, 2, 5] : [1];
  const every = Math.ceil((last - first) / MOST_POWERS);
  const powers = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  const all = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)));
  return all.filter((tick) => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
}

/** 1, 2 and 5 times the powers of ten around a value. */
function roundedSteps(value: number): number[] {
  const power = Math.floor(Math.log10(value));
  return [power - 1, power, power + 1].flatMap((one) => [1, 2, 5].map((digit) => Number(`${digit}e${one}`)));
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
