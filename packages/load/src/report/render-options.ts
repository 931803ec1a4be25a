import type { Texts } from './texts.ts';

/** Options of the renderers. */
export interface RenderOptions {
  /** Default English. */
  readonly texts?: Texts;
}

/** Options of what is shown in a terminal. */
export interface TerminalOptions extends RenderOptions {
  /** How wide it is; at least 40 are used. Default 100. */
  readonly columns?: number | undefined;
  /** Also grades, service times and lags of each row, which the HTML report always has. Default false. */
  readonly details?: boolean | undefined;
}
