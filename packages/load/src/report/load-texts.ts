import type { ErrorClass, LoadResult, ServiceRemark } from '../result/index.ts';
import type { ThresholdOutcome } from '../thresholds/index.ts';

/** The words of the table and the report of one run. `{name}` is filled with a value. */
export interface LoadTexts {
  /** Title of a run's report. */
  readonly title: string;
  /** Every step together. */
  readonly all: string;
  readonly response: string;
  readonly failed: string;
  /** From the write to the first byte of the answer. */
  readonly firstByte: string;
  /** Until TCP was connected. */
  readonly connect: string;
  /** From then until the handshake was done. */
  readonly tls: string;
  /** How the rate changed over the run. */
  readonly shapes: Readonly<Record<LoadResult['arrivals']['kind'], string>>;
  /** Arrivals came at random. */
  readonly poisson: string;
  /** How a run without a rate was sent. */
  /** What the load was, beside its arrivals. */
  readonly setup: Readonly<
    Record<'users' | 'connections' | 'workers' | 'compat' | 'precise' | 'slowReader' | 'dnsConnect' | 'dnsTtl', string>
  >;
  readonly closed: string;
  /** Its throughput. */
  readonly throughput: string;
  readonly interrupted: string;
  /** The same, where it cut requests off. */
  readonly cutOff: string;
  /** A threshold that was watched ended the run. */
  readonly stopped: string;
  /** The verdict of an interrupted run. */
  readonly validUntilThen: string;
  /** What stands above the times, with a rate and without, and what below them says which is which. */
  readonly times: Readonly<Record<'open' | 'closed' | 'parts' | 'sendLag' | 'scheduleLag', string>>;
  /** The verdict of a run without a rate. */
  readonly validClosed: string;
  /** The verdict where the service kept the requests waiting. */
  readonly validWaiting: string;
  /** What a run without a rate cannot say. */
  readonly closedNote: string;
  /** Requests waited for a connection for much of their time. */
  readonly queued: string;
  /** Iterations of flows waited for a user for much of theirs. */
  readonly queuedFlows: string;
  readonly resent: string;
  readonly statuses: string;
  readonly thresholds: string;
  readonly threshold: string;
  readonly found: string;
  /** A threshold names a row that the run does not have. */
  readonly noRow: string;
  readonly outcomes: Readonly<Record<ThresholdOutcome['outcome'], string>>;
  /** How many of the thresholds were met. */
  readonly metOf: string;
  readonly errorClasses: Readonly<Record<ErrorClass, string>>;
  readonly remarks: Readonly<Record<ServiceRemark['code'], string>>;
  readonly seconds: Readonly<
    Record<'heading' | 'good' | 'errors' | 'p50' | 'p95' | 'p99' | 'slowest' | 'percentiles' | 'least' | 'most', string>
  >;
  readonly flows: Readonly<Record<FlowWord, string>>;
  /** What is said of the slowest requests. */
  readonly slow: Readonly<Record<'heading' | 'note' | 'service' | 'start' | 'answer' | 'trace', string>>;
  /** How long the run warmed up; whether it settled at all. */
  readonly warmUp: Readonly<Record<'none' | 'settled' | 'unsettled', string>>;
  readonly sections: Readonly<Record<'errors' | 'facts', string>>;
  readonly facts: Readonly<Record<LoadFact, string>>;
  readonly live: Readonly<Record<LiveWord, string>>;
  /** Test cases of a run besides its thresholds. */
  readonly cases: Readonly<Record<'ended' | 'valid' | 'notJudged', string>>;
}

/** What is said of a run besides its times. */
export type LoadFact =
  | 'bodyBytes'
  | 'connections'
  | 'cpu'
  | 'desyncs'
  | 'drain'
  | 'generator'
  | 'loopDelay'
  | 'planned'
  | 'queuedMax'
  | 'scenario'
  | 'schedule'
  | 'schema'
  | 'started'
  | 'target'
  | 'workers';

/** What is said of flows, groups and checks. */
export type FlowWord =
  | 'check'
  | 'checks'
  | 'failed'
  | 'flows'
  | 'groups'
  | 'iterations'
  | 'passed'
  | 'reasons'
  | 'unstarted';

/** What is said while a run goes on. */
export type LiveWord =
  | 'answers'
  | 'closedRate'
  | 'drain'
  | 'errors'
  | 'noErrors'
  | 'plain'
  | 'rate'
  | 'recent'
  | 'time';

/** English. */
export const EN_LOAD: LoadTexts = {
  title: 'Load test',
  all: 'all requests',
  response: 'response',
  failed: 'failed',
  firstByte: 'first byte',
  connect: 'connect',
  tls: 'TLS handshake',
  shapes: {
    constant: 'constant rate',
    ramp: 'ramp, mean rate',
    steps: 'steps, mean rate',
    spike: 'spike, mean rate',
    sine: 'sine, mean rate',
    closed: 'closed loops, as fast as they are answered',
  },
  poisson: 'random arrivals (Poisson)',
  setup: {
    users: 'users: {users}',
    connections: 'connections: up to {connections}',
    workers: 'threads: {workers}',
    compat: 'engine compat',
    precise: 'precise pacing',
    slowReader: 'slow readers: {bytes} bytes/s a connection',
    dnsConnect: 'name resolved for each connection',
    dnsTtl: 'name resolved again after {seconds} s',
  },
  closed: '{seconds} s without a rate, seed {seed}',
  throughput: '{perSecond} good answers a second',
  interrupted: 'Interrupted: these are the figures until then.',
  cutOff:
    'Interrupted: these are the figures until then. {count} requests were cut off; they are neither good nor errors, and bound the times by what they had waited.',
  stopped: 'Stopped early, since {threshold} was missed: {found}.',
  validUntilThen: 'Valid: until the interruption the generator kept its schedule.',
  times: {
    open: 'Response time of good answers in ms, from the intended start',
    closed: 'Response time of good answers in ms',
    parts: 'Below it: the service time, from the written request; until the answer began; how long it took to fail.',
    sendLag: 'Send lag: from the intended start to the write, with the wait for a connection.',
    scheduleLag: 'Schedule lag: until the generator took the request up; the verdict judges it.',
  },
  queued:
    'up to {queued} requests waited for a connection ({connections} were opened), and the send lag is {share} of the mean response time. Either the service is too slow for this rate, or these are too few connections.',
  queuedFlows:
    'up to {queued} iterations waited for a free user, on average for {share} of their whole time. Either the service is too slow for this rate, or the scenario has too few users.',
  validClosed: 'Valid: the generator was not the limit.',
  validWaiting:
    'Valid: the generator kept its schedule, but only {share} of the requests found a free connection while it ran.',
  closedNote:
    'without a rate each user waits for the answer before the next request, so a slow service slows the load. The throughput counts; for times that users would see, give a rate.',
  resent: '{count} sent again',
  statuses: 'Answers by status',
  thresholds: 'Thresholds',
  threshold: 'threshold',
  found: 'found',
  noRow: 'no such row',
  outcomes: { met: 'met', missed: 'missed', unknown: 'cannot tell' },
  metOf: 'Thresholds: {met} of {all} met.',
  errorClasses: {
    timeout: 'no whole answer in time',
    connect: 'no connection',
    reset: 'the connection ended before the answer did',
    protocol: 'the answer was not well-formed HTTP',
    status: 'a status that is not expected',
    check: 'an answer that the scenario refused',
    client: 'the generator could not send',
    unsent: 'never sent',
  },
  remarks: {
    'few-files':
      'the generator may open {limit} more files, and its connections need {needed}: raise the limit (ulimit -n).',
    'few-ports':
      'this machine has {limit} local ports for connections to the target, and the run may need {needed}: widen net.ipv4.ip_local_port_range.',
    'connections-dropped':
      'the service closed kept connections under {count} requests ({share} of those sent, bound {boundShare}); they were sent again.',
    'slow-code':
      'the code of {step} took {ms} ms a call (bound {boundMs} ms), and whatever was due meanwhile waited for it.',
    unread: 'flows left {count} messages and events unread past what an inbox holds (maxInbox); they were dropped.',
    'journal-ended': 'the journal of the run could not be written to its end: {cause}.',
    'words-lost':
      '{count} workers ended before their time; the checks, and the reasons of failed flows, that they counted in their last {seconds} s are missing.',
    unfinished: 'the run was killed; this is what its journal held after {seconds} s, with {count} requests under way.',
  },
  seconds: {
    heading: 'Second by second, by when each request was due',
    good: 'good answers',
    errors: 'errors',
    p50: 'P50, ms',
    p95: 'P95, ms',
    p99: 'P99, ms',
    percentiles: 'response time of good answers, ms',
    slowest: 'slowest, ms',
    least: 'least',
    most: 'most',
  },
  flows: {
    check: 'check',
    checks: 'Checks',
    failed: 'failed',
    flows: 'Flows, in ms from the intended start of an iteration to its end',
    groups: 'Groups, in ms',
    iterations: 'iterations',
    passed: 'passed',
    reasons: 'Why iterations failed',
    unstarted: '{count} never started',
  },
  slow: {
    heading: 'The slowest requests, in ms',
    note: 'Each went out with its trace id in traceparent: look it up in the logs and traces of the service. Times are from the intended start, and from the write.',
    service: 'service',
    start: 'start, s',
    answer: 'answer',
    trace: 'trace id',
  },
  warmUp: {
    none: 'The times were steady from the start.',
    settled: 'The times settled after {seconds} s; what came before is in the figures.',
    unsettled: 'The times still changed in the second half of the run: a longer one would give other figures.',
  },
  sections: { errors: 'Errors and statuses', facts: 'What was sent, and by what' },
  facts: {
    bodyBytes: 'bytes of the answers',
    connections: 'connections opened',
    cpu: 'processor time of the generator, ms',
    desyncs: 'connections closed for bytes that nobody asked for',
    drain: 'wait after the last request, ms',
    generator: 'machine of the generator',
    loopDelay: 'event loop delay of the generator, P99, ms',
    planned: 'requests planned',
    queuedMax: 'most requests that waited at one time',
    scenario: 'scenario',
    schedule: 'schedule',
    schema: 'format',
    started: 'started',
    target: 'target',
    workers: 'threads of the generator',
  },
  live: {
    answers: 'answers a second',
    closedRate: '{sent}/s sent · {answered}/s answered',
    drain: 'waiting for the last answers',
    errors: 'errors {count} ({share}){colon}{classes}',
    noErrors: 'errors 0',
    plain: '{sent} sent, {answered}/s answered, {errors} failed',
    rate: 'rate {target}/s · {sent}/s sent · {answered}/s answered',
    recent: 'last {seconds} s  P50 {p50} · P95 {p95} · P99 {p99} ms',
    time: '{elapsed} of {all}',
  },
  cases: {
    ended: 'the run came to its end',
    valid: 'the generator kept its schedule',
    notJudged: 'not judged, since the run is not valid',
  },
};
