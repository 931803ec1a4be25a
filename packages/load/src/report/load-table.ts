import { Histogram, type HistogramSnapshot } from 'millrace/core';
import {
  type LoadResult,
  percentileOf,
  responseTimesOf,
  type Samples,
  type StepResult,
  serviceTimesOf,
} from '../result/index.ts';
import type { ThresholdOutcome } from '../thresholds/index.ts';
import { alignGrid } from './grid.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import { reasonText } from './reason-text.ts';
import { remarkText } from './remark-text.ts';
import type { RenderOptions } from './render-options.ts';
import { fillTemplate } from './template.ts';
import { EN, type Texts } from './texts.ts';

/** Options of {@link renderLoadTable}. */
export interface LoadTableOptions extends RenderOptions {
  /** What became of the run's thresholds; default: it had none. */
  readonly thresholds?: readonly ThresholdOutcome[];
}

interface Style {
  readonly texts: Texts;
  readonly format: NumberFormat;
}

const PERCENTILES = [50, 95, 99] as const;

/**
 * One run as plain text: what was sent, the times of each step, statuses, the generator's verdict, thresholds. No colour.
 * @example
 * const result = await runLoad({ target: 'http://127.0.0.1:3000', scenario, arrivals, seed: 1 });
 * process.stdout.write(renderLoadTable(result, { texts: CATALOGUES['zh-CN'] }));
 */
export function renderLoadTable(result: LoadResult, { texts = EN, thresholds = [] }: LoadTableOptions = {}): string {
  const style = { texts, format: createNumberFormat(texts) };
  const parts = [
    headLines(result, style),
    timeLines(result, style),
    statusLines(result, style),
    verdictLines(result, style),
    thresholdLines(thresholds, style),
  ];
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({ scenario, target, arrivals, seed, ...result }: LoadResult, { texts, format }: Style): string[] {
  const sent = texts.sentAt(
    format.quantity(arrivals.targetPerSecond),
    format.quantity(arrivals.durationMs / 1000),
    seed,
  );
  const cutOff = { count: result.total.interrupted };
  return [
    `${scenario} · ${target}`,
    [sent, texts.load.shapes[arrivals.kind], ...(arrivals.poisson ? [texts.load.poisson] : [])].join(' · '),
    ...(result.interrupted ? [fillTemplate(texts.load.interrupted, cutOff, format)] : []),
  ];
}

function timeLines({ steps, generator }: LoadResult, style: Style): string[] {
  const { words, figures, headings, load } = style.texts;
  const header = [
    '',
    words.requests,
    figures.meanMs,
    ...PERCENTILES.map((p) => `P${p}`),
    figures.maxMs,
    words.requestErrors,
  ];
  const grid = alignGrid([
    header,
    ...Object.entries(steps).flatMap(([name, step]) => stepLines(name, step, style)),
    timeLine(words.sendLag, { histogram: generator.sendLagUs }, style),
    timeLine(words.scheduleLag, { histogram: generator.scheduleLagUs }, style),
  ]);
  return [headings.load, ...grid, load.lags];
}

/** The good answers, and as lower bounds what was given up or cut off; below them their service time, and how long it took to fail. */
function stepLines(name: string, step: StepResult, style: Style): string[][] {
  const { words, load } = style.texts;
  const { refusedResponseTimeUs } = step;
  const [, , ...times] = timeLine(name, responseTimesOf(step), style);
  const lines = [
    [name, style.format.count(step.responseTimeUs.count), ...times, errorCell(step, style)],
    timeLine(`  ${words.service}`, serviceTimesOf(step), style),
  ];
  if (refusedResponseTimeUs.count > 0) {
    lines.push(timeLine(`  ${load.failed}`, { histogram: refusedResponseTimeUs }, style));
  }
  return lines;
}

function errorCell(step: StepResult, { texts, format }: Style): string {
  const failed = Object.entries(step.errors).filter(([, errors]) => errors > 0);
  const all = failed.reduce((sum, [, errors]) => sum + errors, 0);
  const classes = failed.map(([kind, errors]) => `${format.count(errors)} ${kind}`).join(texts.marks.comma);
  const errors = all === 0 ? '0' : `${classes} (${format.share(all / step.responseTimeUs.count)})`;
  if (step.resent === 0) return errors;
  return `${errors}${texts.marks.clause}${fillTemplate(texts.load.resent, { count: step.resent }, format)}`;
}

/** Name, count, mean, percentiles and maximum in milliseconds; the mean and maximum are lower bounds when any sample is. */
function timeLine(name: string, times: Samples, { texts, format }: Style): string[] {
  const { histogram, censored = 0 } = times;
  const { count } = histogram;
  if (count === 0) return [name, '0', texts.words.noSamples, ...PERCENTILES.map(() => '–'), '–'];
  const atLeast = censored > 0 ? '≥ ' : '';
  const percentiles = PERCENTILES.map((p) => {
    const found = percentileOf(times, p);
    if (found.kind === 'too-few') return texts.needed(format.count(found.needed));
    return `${found.kind === 'at-least' ? '≥ ' : ''}${format.quantity(found.us / 1000)}`;
  });
  const { mean, max } = inMs(histogram);
  return [
    name,
    format.count(count),
    `${atLeast}${format.quantity(mean)}`,
    ...percentiles,
    `${atLeast}${format.quantity(max)}`,
  ];
}

function inMs(histogram: HistogramSnapshot): { readonly mean: number; readonly max: number } {
  return { mean: Histogram.from(histogram).mean / 1000, max: histogram.max / 1000 };
}

function statusLines({ steps }: LoadResult, { texts, format }: Style): string[] {
  const rows = Object.entries(steps).flatMap(([name, { statuses }]) => {
    const counts = Object.entries(statuses).map(([status, count]) => `${status} × ${format.count(count)}`);
    return counts.length === 0 ? [] : [[name, counts.join(texts.marks.comma)]];
  });
  return rows.length === 0 ? [] : [texts.load.statuses, ...alignGrid(rows)];
}

function verdictLines(result: LoadResult, style: Style): string[] {
  const { achievedRatio, interrupted, validity, remarks } = result;
  const { texts } = style;
  const said = remarks.map((remark) => `${texts.words.note}${texts.marks.colon}${remarkText(remark, texts)}`);
  const notes = [...said, ...queuedNote(result, style)];
  // Of an interrupted run the share of its plan says when it was stopped, not how well the rate was kept.
  const valid = interrupted ? texts.load.validUntilThen : texts.runValid(achievedRatio.toFixed(4));
  if (validity.verdict === 'valid') return [valid, ...notes];
  return [texts.runInvalid, ...validity.reasons.map((reason) => `  ${reasonText(reason, texts)}`), ...notes];
}

/** Above this share of the response time, the wait for a connection is much of what was measured. */
const QUEUED_SHARE = 0.2;

/** Whether requests waited for a connection for much of their time. */
function queuedNote({ generator, total }: LoadResult, { texts, format }: Style): string[] {
  const response = responseTimesOf(total).histogram;
  if (!(generator.queuedMax > 0) || response.count === 0) return [];
  const share = inMs(generator.sendLagUs).mean / inMs(response).mean;
  if (!(share > QUEUED_SHARE)) return [];
  const values = { queued: generator.queuedMax, connections: generator.connectionsOpened, share: Math.min(1, share) };
  return [`${texts.words.note}${texts.marks.colon}${fillTemplate(texts.load.queued, values, format)}`];
}

function thresholdLines(outcomes: readonly ThresholdOutcome[], style: Style): string[] {
  if (outcomes.length === 0) return [];
  const { outcomes: words, thresholds } = style.texts.load;
  const rows = outcomes.map((one) => [`  ${words[one.outcome]}`, one.threshold.text, foundValue(one, style)]);
  return [thresholds, ...alignGrid(rows)];
}

function foundValue({ threshold, value, bound, samplesNeeded }: ThresholdOutcome, { texts, format }: Style): string {
  if (value === null) return texts.needed(format.count(samplesNeeded));
  const sign = bound === 'at-least' ? '≥ ' : '';
  return threshold.metric.kind === 'time'
    ? `${sign}${format.quantity(value / 1000)} ms`
    : `${sign}${format.share(value)}`;
}
