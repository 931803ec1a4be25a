import type { FigureLabel, GradeShares, InvalidRun, InvalidRunReason, TimeFigures } from '../prove/index.ts';
import { EN_LOAD, type LoadTexts } from './load-texts.ts';

/** Every word that the table, the report and the progress display say. One value of this type a language. */
export interface Texts {
  /** BCP 47; also chooses how numbers are written. */
  readonly language: string;
  readonly title: string;
  readonly labels: Readonly<Record<FigureLabel, string>>;
  readonly grades: Readonly<Record<keyof GradeShares, string>>;
  readonly figures: Readonly<Record<keyof TimeFigures, string>>;
  readonly words: Readonly<Record<Word, string>>;
  readonly headings: Readonly<Record<Heading, string>>;
  /** Punctuation, with the blank that follows it where the language wants one. */
  readonly marks: Readonly<Record<'clause' | 'colon' | 'comma' | 'stop', string>>;
  /** In place of a percentile with too few samples. */
  needed(samples: string): string;
  errors(failed: string, all: string, share: string): string;
  rounds(count: number, order: string): string;
  measuredAt(date: string, commit: string): string;
  digests(requests: number): string;
  differing(count: number): string;
  valid(runs: number): string;
  invalid(count: number, runs: number): string;
  invalidRun(round: number, arm: string, run: InvalidRun, reasons: string): string;
  machine(cpu: string, cores: number, memoryGb: number): string;
  readonly stages: Readonly<Record<Stage, string>>;
  roundOf(round: number, rounds: number): string;
  progress(elapsed: string, remaining: string): string;
  sent(sent: string, errors: string): string;
  sentAt(perSecond: string, seconds: string, seed: number): string;
  runValid(achieved: string): string;
  readonly runInvalid: string;
  readonly load: LoadTexts;
  /** `{name}` is the value of that name; times in milliseconds. */
  readonly reasons: Readonly<Record<InvalidRunReason['code'], string>>;
}

type Word =
  | 'arm'
  | 'commit'
  | 'cost'
  | 'date'
  | 'dirty'
  | 'interrupted'
  | 'machine'
  | 'noCommit'
  | 'noRows'
  | 'noSamples'
  | 'phase'
  | 'quick'
  | 'ratio'
  | 'request'
  | 'requests'
  | 'requestErrors'
  | 'seed'
  | 'sendLag'
  | 'service'
  | 'path'
  | 'milliseconds'
  | 'ms';

type Heading =
  | 'load'
  | 'response'
  | 'service'
  | 'costs'
  | 'grades'
  | 'distributions'
  | 'validity'
  | 'digests'
  | 'facts';

type Stage = 'prepare' | 'digests' | 'start' | 'warm-up' | 'phase' | 'drain' | 'capacity' | 'report';

/** English. */
export const EN: Texts = {
  language: 'en',
  title: 'Before and after',
  labels: { measured: 'measured', estimated: 'estimated', target: 'target', skipped: 'skipped' },
  grades: {
    excellent: 'excellent, < 100 ms',
    good: 'good, 100–300 ms',
    acceptable: 'acceptable, 300–1000 ms',
    needsWork: 'needs work, > 1000 ms',
    failed: 'failed',
  },
  figures: { meanMs: 'mean', p50Ms: 'P50', p95Ms: 'P95', p99Ms: 'P99', maxMs: 'max' },
  words: {
    arm: 'arm',
    commit: 'commit',
    cost: 'cost',
    date: 'date',
    dirty: 'with local changes',
    interrupted: 'Interrupted: these are the figures of the rounds until then.',
    machine: 'machine',
    noCommit: 'no commit',
    noRows: 'nothing was measured',
    noSamples: 'no samples',
    phase: 'phase',
    quick: 'quick',
    ratio: 'ratio',
    request: 'request',
    requests: 'requests',
    requestErrors: 'errors',
    seed: 'seed',
    sendLag: 'send lag',
    service: 'service',
    path: 'path',
    milliseconds: 'milliseconds',
    ms: 'ms',
  },
  headings: {
    load: 'Response time of good answers in ms, from the intended start; below it the service time, from the written request, and how long it took to fail',
    response: 'Response time of good answers in ms, from the intended start (in brackets: smallest–largest round)',
    service: 'Service time in ms, from the written request, and send lag: the wait for it to be written',
    costs: 'What a request costs the service',
    grades: 'Share of the requests in each grade',
    distributions: 'Share of the requests answered within a time',
    validity: 'Validity of the runs',
    digests: 'Answers that differ',
    facts: 'What was measured, and where',
  },
  marks: { clause: '; ', colon: ': ', comma: ', ', stop: '.' },
  needed: (samples) => `≥ ${samples} needed`,
  errors: (failed, all, share) => `${failed} of ${all} (${share})`,
  rounds: (count, order) => `${count} rounds in the order ${order}, each a fresh process`,
  measuredAt: (date, commit) => `Measured on ${date} at ${commit}`,
  digests: (requests) =>
    requests === 1
      ? 'Both arms answered the one request of the comparison alike.'
      : `Both arms answered all ${requests} requests of the comparison alike.`,
  differing: (count) =>
    `The arms answer differently in ${count} ${count === 1 ? 'place' : 'places'}, so nothing was measured and there is no verdict.`,
  valid: (runs) => `The generator kept its schedule in all ${runs} runs.`,
  invalid: (count, runs) =>
    `${count} of ${runs} runs are invalid: the generator, not the service, may have set their figures.`,
  invalidRun: (round, arm, run, reasons) => `round ${round}, ${arm}, ${run.phase}, ${run.stream}: ${reasons}`,
  machine: (cpu, cores, memoryGb) => `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGb} GB`,
  stages: {
    prepare: 'preparing the service',
    digests: 'comparing answers',
    start: 'starting a fresh process',
    'warm-up': 'warming up',
    phase: 'measuring',
    drain: 'waiting for the drain',
    capacity: 'searching for the capacity',
    report: 'writing the report',
  },
  roundOf: (round, rounds) => `round ${round} of ${rounds}`,
  progress: (elapsed, remaining) => `${elapsed} elapsed, about ${remaining} left`,
  sent: (sent, errors) => `${sent} sent, ${errors} failed`,
  sentAt: (perSecond, seconds, seed) => `${perSecond} requests a second for ${seconds} s, seed ${seed}`,
  runValid: (achieved) => `Valid: the generator kept its schedule (${achieved} of the planned rate).`,
  runInvalid: 'Invalid: the generator, not the service, may have set these figures.',
  load: EN_LOAD,
  reasons: {
    late: 'the generator was late: P{percentile} {ms} ms (bound {boundMs} ms)',
    'loop-late': "the generator's event loop was late: P99 {ms} ms (bound {boundMs} ms)",
    'loop-stopped': 'the generator stood still for {ms} ms (bound {boundMs} ms)',
    'core-full': 'the generator used {share} of a core (bound {boundShare})',
    'schedule-missed': 'the generator took up {share} of its schedule in time (at least {boundShare} is needed)',
    'cannot-send': 'the generator could not send {count} × (bound {bound}): {cause}',
    unsettled: 'the arm did not answer within {boundMs} ms again for {seconds} s after it',
  },
};
