import { createLoadStyle, type LoadStyle } from '../load/load-style.ts';
import type { ProgressStream } from '../progress-display.ts';
import { EN, type Texts } from '../texts.ts';
import { LiveCourse, type LiveProgress, type LiveView } from './live-course.ts';
import { type LivePlan, liveFrame, plainLine } from './live-frame.ts';

/** Where a live display goes. */
export interface LiveStream extends ProgressStream {
  /** How high a terminal is; default 24. */
  readonly rows?: number;
}

/** Options of {@link createLiveDisplay}. */
export interface LiveDisplayOptions {
  readonly stream: LiveStream;
  /** Several lines that are drawn over four times a second, instead of a line every five or ten seconds; see {@link canOverwrite}. */
  readonly live: boolean;
  readonly plan: LivePlan;
  /** Default English. */
  readonly texts?: Texts;
}

/** Shows a run while it goes on, until closed. */
export interface LiveDisplay extends Disposable {
  /** Give it to a run as `onProgress`. */
  readonly listen: (progress: LiveProgress) => void;
  /** Says one line that stays. */
  say(line: string): void;
  /** Removes what is drawn. */
  close(): void;
}

/**
 * Shows how far a run is: time, rate, percentiles of the last seconds, errors by class, answers second by second.
 * @example
 * using display = createLiveDisplay({ stream: process.stderr, live: canOverwrite(process.stderr, process.env), plan });
 * await runLoad({ ...options, onProgress: display.listen });
 */
export function createLiveDisplay({ stream, live, plan, texts = EN }: LiveDisplayOptions): LiveDisplay {
  const course = new LiveCourse();
  const style = createLoadStyle(texts);
  const screen = live ? new Screen(stream, plan, style) : new PlainLines(stream, style);
  return {
    listen: (progress) => screen.show(course.take(progress)),
    say: (line) => screen.say(line),
    close: () => screen.clear(),
    [Symbol.dispose]: () => screen.clear(),
  };
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** Lines at the end of a terminal, drawn over each time. */
class Screen {
  readonly #stream: LiveStream;
  readonly #plan: LivePlan;
  readonly #style: LoadStyle;
  #drawn = 0;

  constructor(stream: LiveStream, plan: LivePlan, style: LoadStyle) {
    this.#stream = stream;
    this.#plan = plan;
    this.#style = style;
  }

  show(view: LiveView): void {
    // The last column stays free: what is written there makes some terminals begin a new line.
    const columns = Math.max(1, (this.#stream.columns || DEFAULT_COLUMNS) - 1);
    const rows = Math.max(1, (this.#stream.rows || DEFAULT_ROWS) - 1);
    const lines = liveFrame(view, this.#plan, columns, this.#style).slice(0, rows);
    this.#stream.write(`${this.#erase()}${lines.join('\n')}`);
    this.#drawn = lines.length;
  }

  say(line: string): void {
    this.#stream.write(`${this.#erase()}${line}\n`);
    this.#drawn = 0;
  }

  clear(): void {
    if (this.#drawn > 0) this.#stream.write(this.#erase());
    this.#drawn = 0;
  }

  #erase(): string {
    const up = this.#drawn > 1 ? `\u001b[${this.#drawn - 1}A` : '';
    return this.#drawn === 0 ? '' : `\r${up}\u001b[J`;
  }
}

const OFTEN_MS = 5_000;
const SELDOM_MS = 10_000;
/** After the first minute a line comes half as often. */
const OFTEN_UNTIL_MS = 60_000;

/** A line every five seconds, after a minute every ten. */
class PlainLines {
  readonly #stream: LiveStream;
  readonly #style: LoadStyle;
  #nextAt = OFTEN_MS;

  constructor(stream: LiveStream, style: LoadStyle) {
    this.#stream = stream;
    this.#style = style;
  }

  show(view: LiveView): void {
    const { elapsedMs } = view.progress;
    if (elapsedMs < this.#nextAt) return;
    const every = elapsedMs < OFTEN_UNTIL_MS ? OFTEN_MS : SELDOM_MS;
    this.#nextAt = (Math.floor(elapsedMs / every) + 1) * every;
    this.say(plainLine(view, this.#style));
  }

  say(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  clear(): void {}
}
