import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { type LoadResult, percentileOf, type StepResult } from '../result/index.ts';
import { alignGrid } from './grid.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import { reasonText } from './reason-text.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';

const PERCENTILES = [50, 95, 99] as const;

/** One run as plain text: what was sent, the times of each step, the generator's verdict. No colour. */
export function renderLoadTable(result: LoadResult, { texts = EN }: RenderOptions = {}): string {
  const format = createNumberFormat(texts);
  const { arrivals, generator } = result;
  const head = [
    `${result.scenario} · ${result.target}`,
    texts.sentAt(format.quantity(arrivals.targetPerSecond), format.quantity(arrivals.durationMs / 1000), result.seed),
    ...(result.interrupted ? [texts.words.interrupted] : []),
  ];
  const header = [
    '',
    texts.words.requests,
    texts.figures.meanMs,
    ...PERCENTILES.map((p) => `P${p}`),
    texts.figures.maxMs,
    texts.words.requestErrors,
  ];
  const lines = Object.entries(result.steps).flatMap(([name, step]) => stepLines(name, step, texts, format));
  const lag = timeCells({ histogram: generator.sendLagUs, censored: 0, censoredFromUs: 0 }, texts, format);
  const grid = alignGrid([
    header,
    ...lines,
    [texts.words.sendLag, format.count(generator.sendLagUs.count), ...lag, ''],
  ]);
  return `${[head, [texts.headings.load, ...grid], verdict(result, texts)].map((part) => part.join('\n')).join('\n\n')}\n`;
}

function stepLines(name: string, step: StepResult, texts: Texts, format: NumberFormat): string[][] {
  const { count } = step.responseTimeUs;
  const failed = Object.entries(step.errors).filter(([, errors]) => errors > 0);
  const errors =
    failed.length === 0 ? '0' : failed.map(([kind, errors]) => `${format.count(errors)} ${kind}`).join(', ');
  const share = failed.length === 0 ? '' : ` (${format.share((count - step.ok) / count)})`;
  const response = timeCells({ ...step, histogram: step.responseTimeUs }, texts, format);
  const service = timeCells({ ...step, histogram: step.serviceTimeUs }, texts, format);
  return [
    [name, format.count(count), ...response, `${errors}${share}`],
    [`  ${texts.words.service}`, format.count(step.serviceTimeUs.count), ...service, ''],
  ];
}

interface Times {
  readonly histogram: HistogramSnapshot;
  readonly censored: number;
  readonly censoredFromUs: number;
}

/** Mean, percentiles and maximum in milliseconds; the mean and maximum are lower bounds when any sample is. */
function timeCells(times: Times, texts: Texts, format: NumberFormat): string[] {
  const { histogram, censored } = times;
  if (histogram.count === 0) return [texts.words.noSamples, ...PERCENTILES.map(() => '–'), '–'];
  const atLeast = censored > 0 ? '≥ ' : '';
  const percentiles = PERCENTILES.map((p) => {
    const found = percentileOf(times, p);
    if (found.kind === 'too-few') return texts.needed(format.count(found.needed));
    return `${found.kind === 'at-least' ? '≥ ' : ''}${format.quantity(found.us / 1000)}`;
  });
  const mean = Histogram.from(histogram).mean / 1000;
  return [`${atLeast}${format.quantity(mean)}`, ...percentiles, `${atLeast}${format.quantity(histogram.max / 1000)}`];
}

function verdict({ achievedRatio, validity }: LoadResult, texts: Texts): string[] {
  if (validity.verdict === 'valid') return [texts.runValid(achievedRatio.toFixed(4))];
  return [texts.runInvalid, ...validity.reasons.map((reason) => `  ${reasonText(reason, texts)}`)];
}
