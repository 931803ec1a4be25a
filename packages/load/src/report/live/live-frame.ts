import type { Percentile } from '../../result/index.ts';
import type { LoadStyle } from '../load/load-style.ts';
import { sparkline } from '../load/sparkline.ts';
import { fillTemplate } from '../template.ts';
import { cutToWidth, textWidth } from '../text-width.ts';
import type { LiveView } from './live-course.ts';

/** What the run was asked for. */
export interface LivePlan {
  readonly durationMs: number;
  /** Whether a schedule says when each request is due. */
  readonly hasRate: boolean;
  /** The run ends after so many; absent: when its time is over. */
  readonly requests?: number | undefined;
}

const MOST_BAR = 30;
const LEAST_BAR = 5;

/** What is shown of a run on so many columns: time, rate, times of the last seconds, errors, course. No line is wider. */
export function liveFrame(view: LiveView, plan: LivePlan, columns: number, style: LoadStyle): string[] {
  const course = style.texts.load.live.answers;
  const lines = [
    timeLine(view, plan, columns, style),
    rateLine(view, plan, style),
    ...recentLine(view, style),
    errorLine(view, style),
    ...(view.course.length > 1
      ? [`${sparkline(view.course.slice(-cellsBeside(course, columns)), columns)}  ${course}`]
      : []),
  ];
  return lines.map((line) => cutToWidth(line, columns));
}

/** The same in one line, for where nothing can be drawn over. */
export function plainLine(view: LiveView, style: LoadStyle): string {
  const { texts, format } = style;
  const { sent, errors, elapsedMs } = view.progress;
  const values = {
    sent: format.count(sent),
    answered: rate(view.answeredPerSecond, style),
    errors: format.count(errors),
  };
  const said = [fillTemplate(texts.load.live.plain, values, format), ...recentLine(view, style)];
  return `${clockTime(elapsedMs).padStart(5)}  ${said.join(texts.marks.clause)}`;
}

function timeLine(
  { progress }: LiveView,
  { durationMs, requests }: LivePlan,
  columns: number,
  { texts, format }: LoadStyle,
): string {
  const { elapsedMs, completed } = progress;
  const share = Math.min(
    1,
    Math.max(elapsedMs / Math.max(1, durationMs), requests === undefined ? 0 : completed / requests),
  );
  const { live } = texts.load;
  const said =
    elapsedMs > durationMs
      ? `${clockTime(elapsedMs)} · ${live.drain}`
      : fillTemplate(live.time, { elapsed: clockTime(elapsedMs), all: clockTime(durationMs) }, format);
  const cells = Math.max(LEAST_BAR, Math.min(MOST_BAR, cellsBeside(said, columns)));
  const filled = Math.floor(share * cells);
  return `${'█'.repeat(filled)}${'░'.repeat(cells - filled)}  ${said}`;
}

function rateLine(view: LiveView, { hasRate }: LivePlan, style: LoadStyle): string {
  const { live } = style.texts.load;
  const values = {
    target: rate(view.plannedPerSecond, style),
    sent: rate(view.sentPerSecond, style),
    answered: rate(view.answeredPerSecond, style),
  };
  return fillTemplate(hasRate ? live.rate : live.closedRate, values, style.format);
}

function recentLine({ recent, recentSeconds }: LiveView, style: LoadStyle): string[] {
  if (recent === undefined) return [];
  const [p50 = '', p95 = '', p99 = ''] = recent.map((found) => time(found, style));
  return [fillTemplate(style.texts.load.live.recent, { seconds: recentSeconds, p50, p95, p99 }, style.format)];
}

function time(found: Percentile, { texts, format }: LoadStyle): string {
  return found.kind === 'too-few' ? texts.tooFew(format.count(found.needed)) : format.quantity(found.us / 1000);
}

/** Classes are known a moment after their sum. */
function errorLine({ progress, errors }: LiveView, { texts, format }: LoadStyle): string {
  const { live } = texts.load;
  if (progress.errors === 0) return live.noErrors;
  const { colon, comma } = texts.marks;
  const classes = Object.entries(errors)
    .filter(([, count]) => count > 0)
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${format.count(count)} ${kind}`)
    .join(comma);
  const values = {
    count: format.count(progress.errors),
    share: progress.errors / Math.max(1, progress.completed),
    colon: classes === '' ? '' : colon,
    classes,
  };
  return fillTemplate(live.errors, values, format);
}

function rate(perSecond: number, { format }: LoadStyle): string {
  return format.count(perSecond);
}

function cellsBeside(text: string, columns: number): number {
  return Math.max(1, columns - textWidth(text) - 2);
}

function clockTime(ms: number): string {
  const whole = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(seconds).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}
