import type { Figure, Ratio, Spread } from '../prove/index.ts';
import type { Texts } from './texts.ts';

/** Writes figures in one language; what is absent is a dash, never NaN. */
export interface NumberFormat {
  count(value: number): string;
  /** As short as it is exact, for axes. */
  plain(value: number): string;
  /** Three significant digits, thousands separated. */
  quantity(value: number): string;
  /** 0 to 1, as percent. */
  share(value: number): string;
  /** Value with its spread; `≥` when censored; what is missing when skipped. */
  figure(figure: Figure, unit?: 'share' | 'quantity'): string;
  /** `×12.3 (11.0–13.1)`. */
  ratio(ratio: Ratio): string;
}

const ABSENT = '–';

/** Number formats of a language. */
export function createNumberFormat(texts: Texts): NumberFormat {
  const whole = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 0 });
  const three = new Intl.NumberFormat(texts.language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const quantity = (value: number): string => {
    if (!Number.isFinite(value)) return ABSENT;
    if (value === 0) return '0';
    return Math.abs(value) >= 100 ? whole.format(value) : three.format(value);
  };
  const share = (value: number): string => {
    if (!Number.isFinite(value * 100)) return ABSENT;
    if (value > 0 && value < 0.0005) return '< 0.1 %';
    if (value < 1 && value > 0.9995) return '> 99.9 %';
    return `${new Intl.NumberFormat(texts.language, { maximumFractionDigits: 1 }).format(value * 100)} %`;
  };
  const range = (spread: Spread | null, write: (value: number) => string): string =>
    spread === null ? '' : ` (${write(spread.min)}–${write(spread.max)})`;
  return {
    count: (value) => whole.format(value),
    plain: (value) => value.toLocaleString(texts.language, { maximumSignificantDigits: 6 }),
    quantity,
    share,
    figure(figure, unit = 'quantity') {
      if (figure.value === null) return missing(figure, texts, whole);
      const write = unit === 'share' ? share : quantity;
      const sign = figure.bound === 'at-least' ? '≥ ' : '';
      return `${sign}${write(figure.value)}${range(figure.spread, write)}`;
    },
    ratio({ value, bound, spread }) {
      if (value === null) return ABSENT;
      const sign = { exact: '×', 'at-least': '≥ ×', 'at-most': '≤ ×' }[bound];
      return `${sign}${quantity(value)}${range(spread, quantity)}`;
    },
  };
}

function missing(figure: Figure, texts: Texts, whole: Intl.NumberFormat): string {
  if (figure.samples === 0) return texts.words.noSamples;
  return figure.samples < figure.needed ? texts.needed(whole.format(figure.needed)) : ABSENT;
}
