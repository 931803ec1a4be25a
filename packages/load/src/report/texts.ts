import type {
  AblationRow,
  ArmCapacity,
  CapacityStep,
  FigureLabel,
  GradeShares,
  InvalidRun,
  InvalidRunReason,
  Tier,
  TimeFigures,
} from '../prove/index.ts';
import { type CompareTexts, EN_COMPARE } from './compare-texts.ts';
import { EN_FIND_MAX, type FindMaxTexts } from './find-max-texts.ts';
import { EN_LOAD, type LoadTexts } from './load-texts.ts';
import type { SpreadNotation } from './number-format.ts';
import { EN_SELF_TEST, type SelfTestTexts } from './self-test-texts.ts';

/**
 * How many rows of a table became what, by the interval of the mean's ratio; `*By` is where these ratios lie, `×2 to ×48`,
 * empty where there are none.
 */
export interface VerdictCounts {
  /** The four that follow together. */
  readonly judged: number;
  readonly faster: number;
  readonly fasterBy: string;
  readonly slower: number;
  readonly slowerBy: string;
  readonly alike: number;
  /** Their rounds cannot tell. */
  readonly undecided: number;
  /** With a ratio, but without an interval to judge it by. */
  readonly single: number;
  readonly singleBy: string;
  /** Without a ratio. */
  readonly incomparable: number;
}

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
  /** How a spread is to be read. */
  readonly spreads: Readonly<Record<SpreadNotation, string>>;
  readonly tiers: Readonly<Record<Tier, string>>;
  readonly ablationVerdicts: Readonly<Record<AblationRow['verdict'], string>>;
  readonly outcomes: Readonly<Record<CapacityStep['outcome'], string>>;
  /** What ended a search before the SLO did. */
  readonly limits: Readonly<Record<Exclude<ArmCapacity['limitedBy'], 'slo'>, string>>;
  /** Punctuation, with the blank that follows it where the language wants one. */
  readonly marks: Readonly<Record<'clause' | 'colon' | 'comma' | 'sentence' | 'stop', string>>;
  /** In place of a percentile with too few samples. */
  needed(samples: string): string;
  /** The same where there is little room. */
  tooFew(samples: string): string;
  errors(failed: string, all: string, share: string): string;
  /** Of an interrupted proof. */
  cutOff(count: number): string;
  rounds(count: number, order: string): string;
  measuredAt(date: string, commit: string): string;
  digests(requests: number): string;
  differing(count: number): string;
  valid(runs: number): string;
  invalid(count: number, runs: number): string;
  invalidRun(round: number, arm: string, run: InvalidRun, reasons: string): string;
  /** What the ratios of one earlier arm say, one line. */
  verdict(arm: string, last: string, counts: VerdictCounts): string;
  /** A cost, and the phases that it is said of. */
  inPhases(cost: string, phases: string): string;
  fromTo(from: string, to: string): string;
  /** A percentile that no arm has requests enough for. */
  needsRequests(figure: string, needed: string): string;
  /** `judged` of them can be told, `unknown` cannot. */
  ablationVerdict(last: string, slower: number, judged: number, unknown: number): string;
  skippedArm(arm: string, tier: string): string;
  unavailableArm(arm: string, reason: string): string;
  dividedBy(arm: string): string;
  /** An arm was lost in the search for a capacity. */
  died(arm: string, capacity: string, reason: string): string;
  /** How an arm was lost in a round. */
  diedInRound(arm: string, round: number, reason: string): string;
  slo(p99Ms: string, errorShare: string): string;
  perSecond(rate: string): string;
  machine(cpu: string, cores: number, memoryGb: number): string;
  readonly stages: Readonly<Record<Stage, string>>;
  roundOf(round: number, rounds: number): string;
  progress(elapsed: string, remaining: string): string;
  about(time: string): string;
  /** Of a plan with searches, which end sooner as a rule. */
  atMost(time: string): string;
  planned(rounds: number, time: string): string;
  answered(answered: string, requests: string): string;
  took(elapsed: string, planned: string): string;
  sent(sent: string, errors: string): string;
  sentAt(perSecond: string, seconds: string, seed: number): string;
  runValid(achieved: string): string;
  readonly runInvalid: string;
  readonly load: LoadTexts;
  readonly compare: CompareTexts;
  /** Of a self-test. */
  readonly selfTest: SelfTestTexts;
  /** Of a search for the highest rate. */
  readonly findMax: FindMaxTexts;
  /** `{name}` is the value of that name; times in milliseconds. */
  readonly reasons: Readonly<Record<InvalidRunReason['code'], string>>;
}

type Word =
  | 'ablationAxis'
  | 'allAlike'
  | 'answer'
  | 'arm'
  | 'asTable'
  | 'boundMark'
  | 'capacity'
  | 'commit'
  | 'cost'
  | 'date'
  | 'dirty'
  | 'gradesInPercent'
  | 'interrupted'
  | 'inEveryArm'
  | 'invalidMark'
  | 'labels'
  | 'leftOutErrors'
  | 'leftOutFigures'
  | 'machine'
  | 'moreInReport'
  | 'noCommit'
  | 'noRows'
  | 'noSamples'
  | 'note'
  | 'phase'
  | 'noErrors'
  | 'offered'
  | 'outcome'
  | 'ratio'
  | 'request'
  | 'requests'
  | 'requestErrors'
  | 'resent'
  | 'scheduleLag'
  | 'second'
  | 'seed'
  | 'sendLag'
  | 'service'
  | 'serving'
  | 'skippedInEveryArm'
  | 'slo'
  | 'stopping'
  | 'switch'
  | 'switchedOn'
  | 'verdict'
  | 'path'
  | 'milliseconds'
  | 'ms';

type Heading =
  | 'ablation'
  | 'capacity'
  | 'errors'
  | 'overview'
  | 'slowest'
  | 'throughput'
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
    acceptable: 'acceptable, 300–1,000 ms',
    needsWork: 'needs work, > 1,000 ms',
    failed: 'failed',
  },
  figures: { meanMs: 'mean', p50Ms: 'P50', p95Ms: 'P95', p99Ms: 'P99', maxMs: 'max' },
  words: {
    ablationAxis: 'times the time without the switch',
    allAlike: 'no difference',
    arm: 'arm',
    answer: 'answer',
    asTable: 'As a table',
    boundMark: '›: at least this; time-outs reach the figure, and the true one may lie farther right',
    capacity: 'capacity',
    commit: 'commit',
    cost: 'cost',
    date: 'date',
    dirty: 'with local changes',
    gradesInPercent: 'grades, %',
    interrupted: 'Interrupted: these are the figures of the rounds until then.',
    inEveryArm: '0 in every arm',
    invalidMark: '! a run of this arm or row is invalid; the reasons stand at the end',
    labels:
      'Every figure is measured in this run unless marked. Skipped: too few samples (how many it needs is said), not run, or not comparable (–).',
    leftOutErrors: 'Where no line of errors stands, no request failed.',
    leftOutFigures: 'Left out where no arm has enough requests',
    machine: 'machine',
    moreInReport: 'Grades, service times and lags: in the HTML report, and here with --details.',
    noCommit: 'no commit',
    noRows: 'Nothing was measured',
    noSamples: 'no samples',
    noErrors: 'No request failed.',
    note: 'Note',
    offered: 'offered requests per second',
    outcome: 'outcome',
    phase: 'phase',
    ratio: 'ratio',
    request: 'request',
    requests: 'requests',
    requestErrors: 'errors',
    resent: 'sent again',
    scheduleLag: 'schedule lag',
    second: 'second of the schedule',
    seed: 'seed',
    sendLag: 'send lag',
    service: 'service',
    serving: 'It serves until Ctrl-C; nothing is measured and nothing written.',
    stopping: 'stopping; press again to end at once',
    skippedInEveryArm: 'Skipped in every arm',
    slo: 'SLO (target)',
    switch: 'switch turned back on',
    switchedOn: 'with it on',
    verdict: 'verdict',
    path: 'path',
    milliseconds: 'milliseconds',
    ms: 'ms',
  },
  headings: {
    ablation: 'What each switch costs when it alone is turned back on',
    capacity: 'Capacity: the highest rate within the SLO',
    errors: 'Failed requests of each second of the schedule',
    overview: 'Mean (filled) and P95 (hollow) of each row',
    slowest: 'Slowest answer of each second of the schedule, ms',
    throughput: 'Good answers to the requests of each second of the schedule',
    response: 'Response time of good answers in ms, from the intended start',
    service:
      'Service time in ms, from the written request; send lag: from the intended start to the write, with the wait for a connection; schedule lag: until the generator took the request up',
    costs: 'What a request costs the service',
    grades: 'Share of the requests in each grade',
    distributions: 'Share of all requests answered well within a time',
    validity: 'Validity of the runs',
    digests: 'Answers that differ',
    facts: 'What was measured, and where',
  },
  spreads: {
    range: 'in brackets: smallest–largest round',
    percent: '±: no round lies farther off, −: none farther below',
  },
  tiers: { quick: 'quick', main: 'main', full: 'full' },
  ablationVerdicts: { slower: 'slower', faster: 'faster', 'no-difference': 'no difference', unknown: 'cannot tell' },
  outcomes: { met: 'SLO met', missed: 'SLO missed', generator: 'generator at its limit' },
  limits: {
    generator: 'generator',
    range: 'end of range',
    steps: 'out of steps',
    time: 'out of time',
    unsettled: 'not at rest',
    stopped: 'stopped',
    died: 'died',
    'port-in-use': 'port in use',
  },
  marks: { clause: '; ', colon: ': ', comma: ', ', sentence: '. ', stop: '.' },
  needed: (samples) => `≥ ${samples} needed`,
  tooFew: (samples) => `n < ${samples}`,
  errors: (failed, all, share) => `${failed} of ${all} (${share})`,
  cutOff: (count) =>
    `${count} ${count === 1 ? 'request was' : 'requests were'} cut off, and ${count === 1 ? 'is' : 'are'} part of no figure.`,
  rounds: (count, order) =>
    count < 2
      ? `${count === 0 ? 'no round' : 'one round'} in a fresh process`
      : `${count} rounds in the order ${order}, each a fresh process`,
  measuredAt: (date, commit) => `Measured on ${date} at ${commit}`,
  digests: (requests) =>
    requests === 1
      ? 'All arms answered the one request of the comparison alike.'
      : `All arms answered the ${requests} requests of the comparison alike.`,
  differing: (count) =>
    `The arms answer differently in ${count} ${count === 1 ? 'place' : 'places'}, so nothing was measured and there is no verdict.`,
  valid: (runs) => `The generator kept its schedule in ${runs === 1 ? 'the one run' : `all ${runs} runs`}.`,
  invalid: (count, runs) =>
    `${count} of ${runs} ${runs === 1 ? 'run' : 'runs'} ${count === 1 ? 'is' : 'are'} invalid: the generator, not the service, may have set ${count === 1 ? 'its' : 'their'} figures.`,
  invalidRun: (round, arm, run, reasons) => `round ${round}, ${arm}, ${run.phase}, ${run.stream}: ${reasons}`,
  verdict: (arm, last, counts) => {
    const { judged, faster, fasterBy, slower, slowerBy, alike, undecided, single, singleBy, incomparable } = counts;
    const by = (range: string): string => (range === '' ? '' : ` (${range})`);
    const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;
    const all = single + incomparable === 0 ? rows(judged) : `the ${rows(judged)} that can be judged`;
    const told = [
      `faster in ${faster} of ${all}${by(fasterBy)}`,
      `slower in ${slower}${by(slowerBy)}`,
      ...(alike > 0 ? [`no difference in ${alike}`] : []),
      ...(undecided > 0 ? [`cannot tell in ${undecided}`] : []),
    ].join(', ');
    const rest = [
      ...(single > 0 ? [`not judged, because of a single round: ${rows(single)}${by(singleBy)}`] : []),
      ...(incomparable > 0 ? [`not comparable: ${rows(incomparable)}`] : []),
    ];
    return `${last} against ${arm}, by the mean: ${[judged === 0 ? 'no row can be judged' : told, ...rest].join('; ')}`;
  },
  inPhases: (cost, phases) => `${cost} (${phases})`,
  fromTo: (from, to) => `${from} to ${to}`,
  needsRequests: (figure, needed) => `${figure} (needs ${needed})`,
  ablationVerdict: (last, slower, judged, unknown) => {
    const all = `${judged} ${judged === 1 ? 'switch' : 'switches'}${unknown === 0 ? '' : ' that can be judged'}`;
    const told = `${slower} of ${unknown === 0 ? '' : 'the '}${all} ${slower === 1 ? 'makes' : 'make'} ${last} slower when turned back on`;
    const untold = unknown === 0 ? [] : [`cannot tell of ${unknown}`];
    return [...(judged === 0 ? [] : [told]), ...untold].join('; ');
  },
  skippedArm: (arm, tier) => `${arm}: skipped here, measured from the tier “${tier}” on`,
  unavailableArm: (arm, reason) => `${arm}: skipped, ${reason}`,
  dividedBy: (arm) => `÷: divided by ${arm}`,
  diedInRound: (arm, round, reason) =>
    `${arm} was lost in round ${round}; the figures are those of the rounds before it. ${reason}`,
  died: (arm, capacity, reason) => `${arm} was lost in the search for the capacity of ${capacity}: ${reason}`,
  slo: (p99Ms, errorShare) => `SLO (target): P99 < ${p99Ms} ms, errors < ${errorShare}`,
  perSecond: (rate) => `${rate}/s`,
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
  about: (time) => `about ${time}`,
  atMost: (time) => `at most ${time}`,
  planned: (rounds, time) => `${rounds} rounds, ${time} in all`,
  answered: (answered, requests) => `${answered} of ${requests} answers`,
  took: (elapsed, planned) => `Took ${elapsed} s; planned were ${planned} s.`,
  sent: (sent, errors) => `${sent} sent, ${errors} failed`,
  sentAt: (perSecond, seconds, seed) => `${perSecond} requests a second for ${seconds} s, seed ${seed}`,
  runValid: (achieved) => `Valid: the generator kept its schedule (${achieved} of the planned rate).`,
  runInvalid: 'Invalid: the generator, not the service, may have set these figures.',
  load: EN_LOAD,
  compare: EN_COMPARE,
  selfTest: EN_SELF_TEST,
  findMax: EN_FIND_MAX,
  reasons: {
    late: 'the generator was late: P{percentile} {ms} ms (bound {boundMs} ms)',
    'loop-late': "the generator's event loop was late: P99 {ms} ms (bound {boundMs} ms)",
    'loop-stopped': 'the generator stood still for {ms} ms (bound {boundMs} ms)',
    'core-full': 'the generator used {share} of a core (bound {boundShare})',
    garbage: 'the generator spent {share} of its time on collecting garbage (bound {boundShare})',
    'clock-jumped':
      "the machine's clock jumped by {ms} ms (bound {boundMs} ms): it was suspended, or its clock was set",
    'worker-lost':
      'workers of the generator that were lost: {count} (bound {bound}; {cause}); the rest of their part is unsent',
    'schedule-missed': 'the generator took up {share} of its schedule in time (at least {boundShare} is needed)',
    'cannot-send': 'the generator could not send {count} × (bound {bound}): {cause}',
    unsettled: 'the arm did not answer within {boundMs} ms again for {seconds} s after it',
  },
};
