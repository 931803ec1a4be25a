import { Histogram, type HistogramSnapshot } from 'millrace/core';
import {
  type FlowResult,
  type LoadResult,
  percentileOf,
  responseTimesOf,
  type Samples,
  type StepResult,
  serviceTimesOf,
} from '../../result/index.ts';
import { fillTemplate } from '../template.ts';
import type { LoadStyle } from './load-style.ts';

const PERCENTILES = [50, 95, 99] as const;

/** One line of times: its name, then as many cells as the header has. */
export interface TimeLine {
  /** Of a step, of a part of it that stands below it, or of the generator. */
  readonly of: 'step' | 'part' | 'generator';
  readonly name: string;
  readonly cells: readonly string[];
}

/** What stands above the times, and what below them says which is which. Without a rate there is no schedule. */
export function timeWords(
  { arrivals }: LoadResult,
  { texts }: LoadStyle,
): { readonly heading: string; readonly notes: readonly string[] } {
  const { open, closed, parts, sendLag, scheduleLag } = texts.load.times;
  if (arrivals.kind === 'closed') return { heading: closed, notes: [parts, sendLag] };
  return { heading: open, notes: [parts, sendLag, scheduleLag] };
}

/** What the cells of a {@link TimeLine} are called. */
export function timeHeader({ texts }: LoadStyle): string[] {
  const { words, figures } = texts;
  return [words.requests, figures.meanMs, ...PERCENTILES.map((p) => `P${p}`), figures.maxMs, words.requestErrors];
}

/** Response and service times of each step, how long it took to fail, the lags of the generator, and how long its connections took to open. */
export function timeLines({ arrivals, steps, generator }: LoadResult, style: LoadStyle): TimeLine[] {
  const { words } = style.texts;
  const { connect, tls } = style.texts.load;
  const own = (name: string, histogram: HistogramSnapshot): TimeLine => {
    return { of: 'generator', name, cells: timeCells({ histogram }, style) };
  };
  return [
    ...Object.entries(steps).flatMap(([name, step]) => stepLines(name, step, style)),
    own(words.sendLag, generator.sendLagUs),
    ...(arrivals.kind === 'closed' ? [] : [own(words.scheduleLag, generator.scheduleLagUs)]),
    ...(generator.connectTimeUs.count > 0 ? [own(connect, generator.connectTimeUs)] : []),
    ...(generator.tlsTimeUs.count > 0 ? [own(tls, generator.tlsTimeUs)] : []),
  ];
}

/** The good answers, and as lower bounds what was given up or cut off; below them their service time, and how long it took to fail. */
function stepLines(name: string, step: StepResult, style: LoadStyle): TimeLine[] {
  const { words, load } = style.texts;
  const [, ...times] = timeCells(responseTimesOf(step), style);
  const cells = [style.format.count(step.responseTimeUs.count), ...times, errorCell(step, style)];
  const part = (label: string, samples: Samples): TimeLine => {
    return { of: 'part', name: label, cells: timeCells(samples, style) };
  };
  const failed = step.refusedResponseTimeUs;
  return [
    { of: 'step', name, cells },
    part(words.service, serviceTimesOf(step)),
    ...(step.firstByteTimeUs.count > 0 ? [part(load.firstByte, { histogram: step.firstByteTimeUs })] : []),
    ...(failed.count > 0 ? [part(load.failed, { histogram: failed })] : []),
  ];
}

/** Iterations of each flow, or of each group: the times of those that ran to their end, and how many did not. */
export function flowLines(flows: LoadResult['flows'], style: LoadStyle): TimeLine[] {
  return Object.entries(flows ?? {}).map(([name, flow]) => {
    const [, ...times] = timeCells(responseTimesOf(flow), style);
    return { of: 'step', name, cells: [style.format.count(flow.planned), ...times, failedCell(flow, style)] };
  });
}

function failedCell({ planned, failed, unstarted }: FlowResult, { texts, format }: LoadStyle): string {
  if (failed === 0) return '0';
  const share = `${format.count(failed)} (${format.share(failed / Math.max(1, planned))})`;
  if (unstarted === 0) return share;
  return `${share}${texts.marks.clause}${fillTemplate(texts.load.flows.unstarted, { count: unstarted }, format)}`;
}

function errorCell(step: StepResult, { texts, format }: LoadStyle): string {
  const failed = Object.entries(step.errors).filter(([, errors]) => errors > 0);
  const all = failed.reduce((sum, [, errors]) => sum + errors, 0);
  const classes = failed.map(([kind, errors]) => `${format.count(errors)} ${kind}`).join(texts.marks.comma);
  const errors = all === 0 ? '0' : `${classes} (${format.share(all / step.responseTimeUs.count)})`;
  if (step.resent === 0) return errors;
  return `${errors}${texts.marks.clause}${fillTemplate(texts.load.resent, { count: step.resent }, format)}`;
}

/** Count, mean, percentiles and maximum in milliseconds; the mean and maximum are lower bounds when any sample is. */
function timeCells(times: Samples, { texts, format }: LoadStyle): string[] {
  const { histogram, censored = 0 } = times;
  const { count } = histogram;
  if (count === 0) return ['0', texts.words.noSamples, ...PERCENTILES.map(() => '–'), '–'];
  const atLeast = censored > 0 ? '≥ ' : '';
  const percentiles = PERCENTILES.map((p) => {
    const found = percentileOf(times, p);
    if (found.kind === 'too-few') return texts.needed(format.count(found.needed));
    return `${found.kind === 'at-least' ? '≥ ' : ''}${format.quantity(found.us / 1000)}`;
  });
  return [
    format.count(count),
    `${atLeast}${format.quantity(meanMs(histogram))}`,
    ...percentiles,
    `${atLeast}${format.quantity(histogram.max / 1000)}`,
  ];
}

/** The mean of a histogram of microseconds, in milliseconds. */
export function meanMs(histogram: HistogramSnapshot): number {
  return Histogram.from(histogram).mean / 1000;
}
