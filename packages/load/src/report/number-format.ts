import type { Figure, Ratio, Spread } from '../prove/index.ts';
import type { Texts } from './texts.ts';

/** How a spread stands behind its figure: `(11.0–13.1)`, or `±12 %` where there is less room (`−12 %` where nobody knows how far up it goes). */
export type SpreadNotation = 'range' | 'percent';

/** Writes figures in one language; what is absent is a dash, never NaN. */
export interface NumberFormat {
  count(value: number): string;
  /** As short as it is exact, for axes. */
  plain(value: number): string;
  /** Three significant digits, thousands separated. */
  quantity(value: number): string;
  /** 0 to 1, as percent. */
  share(value: number): string;
  /** The same as short as it is exact, for axes. */
  plainShare(value: number): string;
  /** Value with its spread; `≥` when censored; what is missing when skipped; its label when it was not measured. */
  figure(figure: Figure, unit?: 'share' | 'quantity'): string;
  /** ` (780–≥ 840)`, with the blank before it; nothing where there is none. */
  range(spread: Spread | null): string;
  /** `×12.3 (11.0–13.1)`. */
  ratio(ratio: Ratio): string;
}

/** How much room there is. */
export interface NumberFormatOptions {
  /** Default `range`. */
  readonly spread?: SpreadNotation;
  /** Says of a skipped percentile in a few characters that its samples are too few. Default false. */
  readonly brief?: boolean;
}

/** In place of what is not there. */
export const ABSENT = '–';

type Extent = Pick<Figure | Ratio, 'bound' | 'spread'>;

/** Before a value that is only a bound. */
const SIGNS = { exact: '', 'at-least': '≥ ', 'at-most': '≤ ' } as const;

/** Number formats of a language. */
export function createNumberFormat(
  texts: Texts,
  { spread: notation = 'range', brief = false }: NumberFormatOptions = {},
): NumberFormat {
  const whole = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 0 });
  const three = new Intl.NumberFormat(texts.language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const tenths = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 1 });
  const quantity = (value: number): string => {
    if (!Number.isFinite(value)) return ABSENT;
    if (value === 0) return '0';
    return Math.abs(value) >= 100 ? whole.format(value) : three.format(value);
  };
  const share = (value: number): string => {
    if (!Number.isFinite(value * 100)) return ABSENT;
    if (value > 0 && value < 0.0005) return '< 0.1 %';
    if (value < 1 && value > 0.9995) return '> 99.9 %';
    return `${tenths.format(value * 100)} %`;
  };
  const range = (spread: Spread, write: (value: number) => string): string =>
    ` (${SIGNS[spread.minBound ?? 'exact']}${write(spread.min)}–${SIGNS[spread.maxBound ?? 'exact']}${write(spread.max)})`;
  const around = (value: number, { spread, bound }: Extent, write: (value: number) => string): string => {
    if (spread === null) return '';
    if (notation === 'percent') {
      const below = bound === 'at-least' && spread.minBound === undefined;
      if (below && value > 0) return ` −${whole.format(percentOf(value - spread.min, value))} %`;
      const known = spread.minBound === undefined && spread.maxBound === undefined;
      const percent = known ? percentOf(Math.max(spread.max - value, value - spread.min), value) : Number.NaN;
      if (Number.isFinite(percent)) return ` ±${whole.format(percent)} %`;
    }
    return range(spread, write);
  };
  const missing = ({ samples, needed }: Figure): string => {
    if (samples === 0 || samples >= needed) return `${ABSENT} ${texts.labels.skipped}`;
    return brief ? texts.tooFew(whole.format(needed)) : texts.needed(whole.format(needed));
  };
  const plain = (value: number): string => value.toLocaleString(texts.language, { maximumSignificantDigits: 6 });
  return {
    count: (value) => whole.format(value),
    plain,
    quantity,
    share,
    plainShare: (value) => `${plain(value * 100)} %`,
    figure(figure, unit = 'quantity') {
      if (figure.value === null) return missing(figure);
      const write = unit === 'share' ? share : quantity;
      const sign = figure.bound === 'at-least' ? '≥ ' : '';
      const label = figure.label === 'measured' ? '' : ` [${texts.labels[figure.label]}]`;
      return `${sign}${write(figure.value)}${around(figure.value, figure, write)}${label}`;
    },
    range: (spread) => (spread === null ? '' : range(spread, quantity)),
    ratio(ratio) {
      const { value, bound } = ratio;
      if (value === null) return ABSENT;
      const sign = { exact: '×', 'at-least': '≥ ×', 'at-most': '≤ ×' }[bound];
      return `${sign}${quantity(value)}${around(value, ratio, quantity)}`;
    },
  };
}

/** Rounded up, so that no round lies beyond; not finite beside 0, unless the distance is 0. */
function percentOf(distance: number, value: number): number {
  if (distance <= 0) return 0;
  return Math.max(0, Math.ceil((distance / Math.abs(value)) * 100 - 1e-9));
}
