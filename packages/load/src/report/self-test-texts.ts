import type { SelfTestFigure, SelfTestPart, SelfTestResult } from '../selftest/index.ts';

/** The words of a self-test. `{name}` is filled with a value. */
export interface SelfTestTexts {
  readonly title: string;
  readonly columns: Readonly<Record<'what' | 'measured' | 'truth' | 'error' | 'goal' | 'outcome', string>>;
  /** What is held against a known truth; `{condition}` is what was asked for. */
  readonly parts: Readonly<Record<SelfTestPart, string>>;
  readonly figures: Readonly<Record<Exclude<SelfTestFigure, `p${number}` | 'p99.9'>, string>>;
  readonly outcomes: Readonly<Record<'met' | 'missed', string>>;
  readonly summaries: Readonly<Record<SelfTestResult['verdict'], string>>;
  /** What the truth is, and where it comes from. */
  readonly method: string;
}

/** English. */
export const EN_SELF_TEST: SelfTestTexts = {
  title: 'Our own errors',
  columns: {
    what: 'what is known',
    measured: 'measured',
    truth: 'truth',
    error: 'our error',
    goal: 'goal',
    outcome: 'outcome',
  },
  parts: {
    delay: 'answers after {condition} ms',
    stall: 'stands still for {condition} ms',
    overload: 'offered {condition}/s, answers half',
    pacing: 'pacing, {condition}/s',
    'lag-precise': 'send lag, precise, {condition}/s',
    'lag-eco': 'send lag, eco, {condition}/s',
  },
  figures: { max: 'slowest', samples: 'samples', achieved: 'sent in time ÷ planned' },
  outcomes: { met: 'met', missed: 'missed' },
  summaries: {
    met: '{met} of {checks} errors within their goals.',
    missed: '{met} of {checks} errors within their goals, {missed} beyond.',
    invalid: 'Cannot tell: this machine was too busy for the generator ({met} of {checks} within their goals).',
    interrupted: 'Interrupted: {met} of the {checks} errors measured until then are within their goals.',
  },
  method:
    'Times are response times, in ms. Truth: of delays and stalls by the clock of the built-in server, of overload by fluid-queue theory, of pacing by the schedule.',
};
