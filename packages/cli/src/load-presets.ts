/** What `--preset` takes. */
export type PresetName = 'smoke' | 'baseline' | 'load' | 'stress' | 'spike' | 'soak';

/** What a preset says. */
export interface Preset {
  readonly users: number;
  readonly durationMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Users and duration by name; either may be given beside it. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  /** Does it answer at all? */
  smoke: { users: 1, durationMs: 10 * SECOND },
  /** What everything else is compared with. */
  baseline: { users: 10, durationMs: MINUTE },
  /** A usual day. */
  load: { users: 50, durationMs: 5 * MINUTE },
  /** More than a usual day. */
  stress: { users: 100, durationMs: 5 * MINUTE },
  /** All at once, and not for long. */
  spike: { users: 200, durationMs: MINUTE },
  /** What only shows after a while: leaks, and what fills up. */
  soak: { users: 50, durationMs: 60 * MINUTE },
};
