import type { CapacityStep, FoundMax, SearchTime, Slo } from '../capacity/index.ts';
import { stepP99Text } from './capacity-text.ts';
import { clockTime } from './clock-time.ts';
import { createNumberFormat } from './number-format.ts';
import type { RenderOptions } from './render-options.ts';
import { fillTemplate } from './template.ts';
import { textWidth } from './text-width.ts';
import { EN } from './texts.ts';

/** What a search is about to do. */
export interface FindMaxPlan {
  readonly slo: Slo;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** By `findMaxTime`. */
  readonly time: SearchTime;
}

/** The least width of a column: rates of six digits fit. */
const LEAST_WIDTH = 9;

/**
 * What is printed before the first step: what is searched for, how long that takes at most, and the names of the columns.
 * @example
 * const plan = { slo, fromPerSecond: 50, toPerSecond: 20_000 };
 * process.stdout.write(renderFindMaxHead({ ...plan, time: findMaxTime(plan) }));
 */
export function renderFindMaxHead(
  { slo, fromPerSecond, toPerSecond, time }: FindMaxPlan,
  { texts = EN }: RenderOptions = {},
): string {
  const { begin, columns, ...words } = texts.findMax;
  const format = createNumberFormat(texts);
  const range = { from: fromPerSecond, to: toPerSecond, p99Ms: slo.p99Ms, errorShare: slo.errorShare };
  const [usual, most] = [time.usualMs, time.mostMs].map((ms) => clockTime(Math.ceil(ms / 1_000)));
  const times = { usual: usual ?? '', most: most ?? '' };
  const takes = fillTemplate(time.usualMs < time.mostMs ? words.time : words.most, times, format);
  return `${fillTemplate(begin, range, format)}\n${takes}\n\n${line(Object.values(columns), { texts })}`;
}

/**
 * One line, once a step is judged; columns as in {@link renderFindMaxHead}.
 * @example
 * const onStep = (step: CapacityStep) => process.stdout.write(renderFindMaxStep(step));
 */
export function renderFindMaxStep(step: CapacityStep, { texts = EN }: RenderOptions = {}): string {
  const format = createNumberFormat(texts);
  const cells = [
    format.quantity(step.ratePerSecond),
    format.quantity(step.achievedPerSecond),
    stepP99Text(step, format),
    format.share(step.errorShare),
    texts.findMax.outcomes[step.outcome],
  ];
  return line(cells, { texts });
}

/**
 * The highest rate that met the SLO, and what limited it: one line.
 * @example
 * process.stdout.write(renderFindMaxResult(await findMax({ load, slo })));
 */
export function renderFindMaxResult(found: FoundMax, { texts = EN }: RenderOptions = {}): string {
  const { perSecond, missedPerSecond, bound, limitedBy } = found;
  const words = texts.findMax;
  const format = createNumberFormat(texts);
  const limit = limitedBy === 'slo' ? '' : words.limits[limitedBy];
  const [rate, above] = [perSecond, missedPerSecond].map((value) => format.quantity(value ?? Number.NaN));
  const values = { rate: rate ?? '', above: above ?? '', limit };
  const template = () => {
    if (perSecond === null) return words.unknown;
    if (bound === 'at-least') return words.atLeast;
    return perSecond === 0 ? words.none : words.found;
  };
  return `\n${fillTemplate(template(), values, format)}\n`;
}

/** Figures to the right under their names; the outcome, which is last, to the left. */
function line(cells: readonly string[], { texts = EN }: RenderOptions): string {
  const names = Object.values(texts.findMax.columns);
  const padded = cells.slice(0, -1).map((cell, i) => {
    const width = Math.max(LEAST_WIDTH, textWidth(names[i] ?? ''));
    return `${' '.repeat(Math.max(0, width - textWidth(cell)))}${cell}`;
  });
  return `${[...padded, cells.at(-1)].join('  ')}\n`;
}
