import { type Clock, systemClock, type Timer } from 'millrace/core';
import type { ProofEvent, ProofListener } from '../prove/index.ts';
import { clockTime } from './clock-time.ts';
import { localText } from './local-text.ts';
import { createNumberFormat } from './number-format.ts';
import { cutToWidth } from './text-width.ts';
import { EN, type Texts } from './texts.ts';

/** Where the progress goes: a terminal, or anything that takes lines. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Options of {@link createProgressDisplay}. */
export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** One line that is overwritten, instead of a line a stage; see {@link canOverwrite}. */
  readonly live: boolean;
  /** Default English. */
  readonly texts?: Texts;
  readonly clock?: Clock;
}

/** Shows a proof's progress until closed. */
export interface ProgressDisplay extends AsyncDisposable {
  readonly listen: ProofListener;
  /** Removes the line. */
  close(): Promise<void>;
}

const REDRAW_MS = 250;
const BAR_CELLS = 20;

/** Whether a line may be overwritten: a terminal, and neither NO_COLOR, CI nor a dumb one asks for plain lines. */
export function canOverwrite(stream: ProgressStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && !env.NO_COLOR && !env.CI && env.TERM !== 'dumb';
}

type StageEvent = Extract<ProofEvent, { kind: 'stage' }>;

/**
 * Shows how far a proof is: elapsed and remaining time by the time budget, and what runs now.
 * @example
 * await using display = createProgressDisplay({ stream: process.stderr, live: canOverwrite(process.stderr, process.env) });
 * await prove(manifest, { onEvent: display.listen });
 */
export function createProgressDisplay(options: ProgressOptions): ProgressDisplay {
  const display = options.live ? new LiveLine(options) : new PlainLines(options);
  return {
    listen: (event) => display.take(event),
    close: async () => display.close(),
    [Symbol.asyncDispose]: async () => display.close(),
  };
}

/** Follows the events, and knows how much time is left by the plan. */
class Course {
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** What was left when the plan was told last, and what of it is done. */
  #leftSeconds = 0;
  #doneSeconds = 0;
  /** What the stage that runs takes of the plan; 0 once a plan was told after it. */
  #stageSeconds = 0;
  #stageStartedAt: number;
  stage: StageEvent | undefined;
  note = '';
  /** Answers of the comparison, or what the last step of a search came to. */
  found: Extract<ProofEvent, { kind: 'compared' | 'step' }> | undefined;
  readonly #loads = new Map<string, { sent: number; errors: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#stageStartedAt = this.#startedAt;
  }

  take(event: ProofEvent): void {
    if (event.kind === 'plan') this.#plan(event.totalSeconds);
    else if (event.kind === 'note') this.note = event.line;
    else if (event.kind === 'load') this.#loads.set(event.stream, event.progress);
    else if (event.kind === 'compared' || event.kind === 'step') this.found = event;
    else {
      if (event.id !== 'capacity') this.found = undefined;
      this.#doneSeconds += this.#stageSeconds;
      this.#stageSeconds = event.plannedSeconds;
      this.stage = event;
      this.note = '';
      this.#loads.clear();
      this.#stageStartedAt = this.#clock.now();
    }
  }

  /** A plan is told between the stages: of the one before it holds nothing any more. */
  #plan(totalSeconds: number): void {
    this.#leftSeconds = totalSeconds - this.elapsedSeconds;
    this.#doneSeconds = 0;
    this.#stageSeconds = 0;
  }

  get #inStage(): number {
    return Math.min((this.#clock.now() - this.#stageStartedAt) / 1000, this.#stageSeconds);
  }

  get elapsedSeconds(): number {
    return (this.#clock.now() - this.#startedAt) / 1000;
  }

  /** A stage that takes longer than planned does not use up the time of those to come. */
  get remainingSeconds(): number {
    return Math.max(0, this.#leftSeconds - this.#doneSeconds - this.#inStage);
  }

  get load(): { sent: number; errors: number } | undefined {
    if (this.#loads.size === 0) return undefined;
    const all = [...this.#loads.values()];
    return {
      sent: all.reduce((sum, { sent }) => sum + sent, 0),
      errors: all.reduce((sum, { errors }) => sum + errors, 0),
    };
  }
}

/** Says what runs: `round 2 of 4 · optimised · measuring mix`. */
function describeStage({ id, round, rounds, arm, phase }: StageEvent, texts: Texts): string {
  const parts = round === undefined || rounds === undefined ? [] : [texts.roundOf(round + 1, rounds)];
  if (arm !== undefined) parts.push(arm);
  parts.push(
    phase === undefined ? texts.stages[id] : `${texts.stages[id]}${texts.marks.colon}${localText(phase, texts)}`,
  );
  return parts.join(' · ');
}

/** `57 of 200 answers` of the comparison; of a search what its last step came to. */
function describeFound(found: NonNullable<Course['found']>, texts: Texts): string {
  const format = createNumberFormat(texts);
  if (found.kind === 'compared') return texts.answered(format.count(found.answered), format.count(found.requests));
  return `${texts.perSecond(format.count(found.ratePerSecond))}${texts.marks.colon}${texts.outcomes[found.outcome]}`;
}

/** Stays above the progress: what was asked for, and how long it takes. */
function describePlan(
  { rounds = 0, totalSeconds, atMostSeconds }: Extract<ProofEvent, { kind: 'plan' }>,
  texts: Texts,
): string {
  const time =
    atMostSeconds === undefined ? texts.about(clockTime(totalSeconds)) : texts.atMost(clockTime(atMostSeconds));
  return texts.planned(rounds, time);
}

class PlainLines {
  readonly #options: ProgressOptions;
  readonly #texts: Texts;
  readonly #course: Course;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#texts = options.texts ?? EN;
    this.#course = new Course(options.clock ?? systemClock);
  }

  take(event: ProofEvent): void {
    this.#course.take(event);
    if (event.kind === 'note') this.#say(event.line);
    if (event.kind === 'plan' && event.rounds !== undefined) this.#say(describePlan(event, this.#texts));
    if (event.kind === 'step') this.#say(describeFound(event, this.#texts));
    if (event.kind === 'stage' && event.id !== 'drain') this.#say(describeStage(event, this.#texts));
  }

  #say(text: string): void {
    this.#options.stream.write(`${clockTime(this.#course.elapsedSeconds).padStart(5)}  ${text}\n`);
  }

  close(): void {}
}

class LiveLine {
  readonly #options: ProgressOptions;
  readonly #texts: Texts;
  readonly #course: Course;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#texts = options.texts ?? EN;
    this.#clock = options.clock ?? systemClock;
    this.#course = new Course(this.#clock);
    this.#tick();
  }

  take(event: ProofEvent): void {
    this.#course.take(event);
    if (event.kind === 'stage') this.#draw();
    if (event.kind === 'plan' && event.rounds !== undefined)
      this.#options.stream.write(`\r\u001b[2K${describePlan(event, this.#texts)}\n`);
  }

  #tick(): void {
    this.#timer = this.#clock.schedule(
      REDRAW_MS,
      () => {
        this.#draw();
        this.#tick();
      },
      { keepAlive: false },
    );
  }

  #draw(): void {
    const { elapsedSeconds, remainingSeconds, stage, note, load, found } = this.#course;
    const share = elapsedSeconds / Math.max(elapsedSeconds + remainingSeconds, 1e-9);
    const filled = Math.round(share * BAR_CELLS);
    const format = createNumberFormat(this.#texts);
    const parts = [
      `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${this.#texts.progress(clockTime(elapsedSeconds), clockTime(remainingSeconds))}`,
      ...(stage === undefined ? [] : [describeStage(stage, this.#texts)]),
      ...(load === undefined ? [] : [this.#texts.sent(format.count(load.sent), format.count(load.errors))]),
      ...(found === undefined ? [] : [describeFound(found, this.#texts)]),
      ...(note === '' ? [] : [note]),
    ];
    const room = (this.#options.stream.columns || 80) - 1;
    this.#options.stream.write(`\r\u001b[2K${cutToWidth(parts.join(' · '), room)}`);
  }

  close(): void {
    this.#timer?.cancel();
    this.#options.stream.write('\r\u001b[2K');
  }
}
