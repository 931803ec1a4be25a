import { type HistogramSnapshot, subtractSnapshots } from 'millrace/core';
import type { ProofEvent } from '../../prove/index.ts';
import { type Percentile, percentileOf, responseTimesOf, type StepResult } from '../../result/index.ts';

/** What a run tells about four times a second. */
export type LiveProgress = Extract<ProofEvent, { kind: 'load' }>['progress'];

/** What the last seconds of a run look like. */
export interface LiveView {
  readonly progress: LiveProgress;
  /** What the schedule asked for. */
  readonly plannedPerSecond: number;
  readonly sentPerSecond: number;
  readonly answeredPerSecond: number;
  /** Over how many seconds the times are. */
  readonly recentSeconds: number;
  /** P50, P95 and P99 of good answers; undefined before the first second, or when the run does not tell. */
  readonly recent: readonly Percentile[] | undefined;
  readonly errors: StepResult['errors'];
  /** Answers of each second until now. */
  readonly course: readonly number[];
}

const WINDOW_MS = 5_000;
const COUNT_EVERY_MS = 1_000;
const MOST_SECONDS = 120;
const PERCENTILES = [50, 95, 99] as const;

interface Counted {
  readonly elapsedMs: number;
  readonly times: HistogramSnapshot;
}

/** Follows a run by what it tells, and knows its last five seconds. */
export class LiveCourse {
  readonly #told: LiveProgress[] = [];
  readonly #counted: Counted[] = [];
  readonly #course: number[] = [];
  #second: LiveProgress | undefined;
  #errors: StepResult['errors'] = {};

  take(progress: LiveProgress): LiveView {
    this.#told.push(progress);
    keepWindow(this.#told, progress.elapsedMs);
    this.#count(progress);
    const before = this.#told[0] ?? progress;
    const seconds = (progress.elapsedMs - before.elapsedMs) / 1000;
    const perSecond = (of: 'planned' | 'sent' | 'completed'): number => {
      if (this.#told.length === 1) return progress.elapsedMs > 0 ? (progress[of] * 1000) / progress.elapsedMs : 0;
      return seconds > 0 ? (progress[of] - before[of]) / seconds : 0;
    };
    return {
      progress,
      plannedPerSecond: perSecond('planned'),
      sentPerSecond: perSecond('sent'),
      answeredPerSecond: perSecond('completed'),
      ...this.#recent(),
      errors: this.#errors,
      course: this.#course,
    };
  }

  /** Asks for the figures once a second: to count them takes the generator's thread time. */
  #count(progress: LiveProgress): void {
    const { elapsedMs, completed } = progress;
    const since = elapsedMs - (this.#second?.elapsedMs ?? 0);
    if (since < COUNT_EVERY_MS) return;
    this.#course.push(((completed - (this.#second?.completed ?? 0)) * 1000) / since);
    if (this.#course.length > MOST_SECONDS) this.#course.shift();
    this.#second = progress;
    const total = progress.total?.();
    if (total === undefined) return;
    this.#errors = total.errors;
    this.#counted.push({ elapsedMs, times: responseTimesOf(total).histogram });
    keepWindow(this.#counted, elapsedMs);
  }

  #recent(): Pick<LiveView, 'recent' | 'recentSeconds'> {
    const [first, last] = [this.#counted[0], this.#counted.at(-1)];
    if (first === undefined || last === undefined) return { recent: undefined, recentSeconds: 0 };
    const isFirst = first === last;
    const histogram = isFirst ? last.times : difference(last.times, first.times);
    const recentSeconds = Math.round((last.elapsedMs - (isFirst ? 0 : first.elapsedMs)) / 1000);
    return { recent: histogram && PERCENTILES.map((p) => percentileOf({ histogram }, p)), recentSeconds };
  }
}

/** Keeps what is no older than the window, and the last before it to count from. */
function keepWindow(list: { readonly elapsedMs: number }[], now: number): void {
  while (list.length > 2 && now - (list[1]?.elapsedMs ?? now) >= WINDOW_MS) list.shift();
}

/** What was read while another thread wrote may not fit together; the next second does. */
function difference(later: HistogramSnapshot, earlier: HistogramSnapshot): HistogramSnapshot | undefined {
  try {
    return subtractSnapshots(later, earlier);
  } catch {
    return undefined;
  }
}
