import { type LoadResult, responseTimesOf } from '../../result/index.ts';
import type { ThresholdOutcome } from '../../thresholds/index.ts';
import { reasonText } from '../reason-text.ts';
import { remarkText } from '../remark-text.ts';
import { fillTemplate } from '../template.ts';
import type { LoadStyle } from './load-style.ts';
import { meanMs } from './load-times.ts';

/** What the generator's part in a run says of its figures. */
export interface LoadVerdict {
  readonly valid: boolean;
  readonly sentence: string;
  /** Why it is invalid. */
  readonly reasons: readonly string[];
  /** What is noteworthy though the run is valid. */
  readonly notes: readonly string[];
}

/** The verdict on a run. */
export function verdictOfLoad(result: LoadResult, style: LoadStyle): LoadVerdict {
  const { interrupted, validity, remarks } = result;
  const { texts } = style;
  const notes = [
    ...remarks.map((remark) => `${texts.words.note}${texts.marks.colon}${remarkText(remark, texts)}`),
    ...queuedNote(result, style),
    ...warmUpNote(result, style),
    ...(result.arrivals.kind === 'closed' ? [`${texts.words.note}${texts.marks.colon}${texts.load.closedNote}`] : []),
  ];
  if (validity.verdict === 'invalid') {
    const reasons = validity.reasons.map((reason) => reasonText(reason, texts));
    return { valid: false, sentence: texts.runInvalid, reasons, notes };
  }
  // Of an interrupted run the share of its plan says when it was stopped, not how well the rate was kept.
  const sentence = interrupted ? texts.load.validUntilThen : validSentence(result, style);
  return { valid: true, sentence, reasons: [], notes };
}

/** Below this share of the plan, "kept its schedule" alone would read as if the requests had been sent in time. */
const SENT_SHARE = 0.99;

function validSentence({ arrivals, achievedRatio }: LoadResult, { texts, format }: LoadStyle): string {
  if (arrivals.kind === 'closed') return texts.load.validClosed;
  if (achievedRatio >= SENT_SHARE) return texts.runValid(achievedRatio.toFixed(4));
  return fillTemplate(texts.load.validWaiting, { share: achievedRatio }, format);
}

/** That the run was interrupted, by what, and how many requests it cut off; nothing for a run that came to its end. */
export function interruptedLines(
  { interrupted, total }: LoadResult,
  style: LoadStyle,
  stoppedBy: ThresholdOutcome | undefined,
): string[] {
  if (!interrupted) return [];
  const { texts, format } = style;
  const { stopped } = texts.load;
  const said = total.interrupted > 0 ? texts.load.cutOff : texts.load.interrupted;
  const threshold = stoppedBy?.threshold.text ?? '';
  const cause = stoppedBy && fillTemplate(stopped, { threshold, found: foundValue(stoppedBy, style) }, format);
  return [...(cause === undefined ? [] : [cause]), fillTemplate(said, { count: total.interrupted }, format)];
}

/** Above this share of the response time, the wait for a connection is much of what was measured. */
const QUEUED_SHARE = 0.2;

/** Whether requests waited for a connection, or iterations of flows for a user, for much of their time. */
function queuedNote({ generator, total, flows }: LoadResult, { texts, format }: LoadStyle): string[] {
  const times =
    flows === undefined ? [responseTimesOf(total).histogram] : Object.values(flows).map((flow) => flow.responseTimeUs);
  const count = times.reduce((all, one) => all + one.count, 0);
  if (!(generator.queuedMax > 0) || count === 0) return [];
  const totalMs = times.reduce((all, one) => all + (one.count === 0 ? 0 : one.count * meanMs(one)), 0);
  const share = (meanMs(generator.sendLagUs) * count) / totalMs;
  if (!(share > QUEUED_SHARE)) return [];
  const said = flows === undefined ? texts.load.queued : texts.load.queuedFlows;
  const values = { queued: generator.queuedMax, connections: generator.connectionsOpened, share: Math.min(1, share) };
  return [`${texts.words.note}${texts.marks.colon}${fillTemplate(said, values, format)}`];
}

/** Whether and when the times settled, where the run can tell. */
function warmUpNote({ warmUp }: LoadResult, { texts, format }: LoadStyle): string[] {
  if (warmUp === undefined) return [];
  const { none, settled, unsettled } = texts.load.warmUp;
  const said = warmUp.settled ? (warmUp.seconds === 0 ? none : settled) : unsettled;
  return [`${texts.words.note}${texts.marks.colon}${fillTemplate(said, { seconds: warmUp.seconds }, format)}`];
}

/** Of each threshold: what became of it, how it was written, and what was found. */
export function thresholdCells(outcomes: readonly ThresholdOutcome[], style: LoadStyle): string[][] {
  const { outcomes: words } = style.texts.load;
  return outcomes.map((one) => [words[one.outcome], one.threshold.text, foundValue(one, style)]);
}

/**
 * What was found for a threshold, in its unit; how many samples it would take where there are too few. So exact that it
 * does not read as the bound itself.
 */
export function foundValue(outcome: ThresholdOutcome, { texts, format }: LoadStyle): string {
  const { threshold, value, bound, samplesNeeded } = outcome;
  if (value === null) return samplesNeeded === 0 ? texts.load.noRow : texts.needed(format.count(samplesNeeded));
  const isTime = threshold.metric.kind === 'time';
  const short = isTime ? (us: number) => `${format.quantity(us / 1000)} ms` : format.share;
  const exact = isTime ? (us: number) => `${format.plain(us / 1000)} ms` : format.plainShare;
  const write = short(value) === short(threshold.bound) ? exact : short;
  return `${bound === 'at-least' ? '≥ ' : ''}${write(value)}`;
}
