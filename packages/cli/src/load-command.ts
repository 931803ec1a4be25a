import {
  defineScenario,
  type JudgedResult,
  judgeThresholds,
  type LoadOptions,
  parseThreshold,
  runLoad,
  type Threshold,
} from '@millrace/load';
import { renderLoadTable, type Texts } from '@millrace/load/report';
import { readArrivals } from './arrival-flags.ts';
import { CLI_ERRORS } from './errors.ts';
import { exitCodeOfLoad } from './exit-code.ts';
import { readDurationMs, readFlags, readNumber } from './flags.ts';
import { announceStop, type Interrupts } from './interrupts.ts';
import { readTexts } from './language.ts';
import { prepareOutput, writeOutput } from './output-file.ts';

/** What `millrace load run` was asked to do. */
export interface LoadRequest {
  readonly options: LoadOptions<unknown>;
  readonly thresholds: readonly Threshold[];
  /** Undefined: no file. */
  readonly json: string | undefined;
  readonly texts: Texts;
}

const MAX_TIMEOUT_MS = 600_000;
const DEFAULT_MAX_ERRORS = '1%';

/** Reads the arguments after `load run`. @throws MILLRACE_CLI_* */
export function readLoadRequest(args: readonly string[], env: NodeJS.ProcessEnv): LoadRequest {
  const { values, positionals } = readFlags(args, {
    url: { type: 'string' },
    rate: { type: 'string', short: 'R' },
    qps: { type: 'string' },
    duration: { type: 'string', short: 'd' },
    ramp: { type: 'string' },
    steps: { type: 'string' },
    spike: { type: 'string' },
    sine: { type: 'string' },
    poisson: { type: 'boolean', default: false },
    connections: { type: 'string', short: 'c', default: '64' },
    timeout: { type: 'string', default: '10s' },
    pacing: { type: 'string', default: 'eco' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    threshold: { type: 'string', multiple: true },
    'max-errors': { type: 'string' },
    lang: { type: 'string' },
    debug: { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw usage(`load run takes no argument ${positionals[0]}, the address goes into --url`);
  const text = (flag: string): string | undefined => values[flag] as string | undefined;
  const url = readUrl(text('url'));
  const options: LoadOptions<unknown> = {
    target: url.origin,
    scenario: getScenario(url.pathname + url.search),
    arrivals: readArrivals({
      ...{ rate: text('rate'), qps: text('qps'), duration: text('duration') },
      ...{ ramp: text('ramp'), steps: text('steps'), spike: text('spike'), sine: text('sine') },
      poisson: values.poisson === true,
    }),
    seed: readNumber('--seed', text('seed') ?? '', { min: 0, max: 2 ** 32 - 1, whole: true }),
    maxConnections: readNumber('--connections', text('connections') ?? '', { min: 1, max: 10_000, whole: true }),
    timeoutMs: readDurationMs('--timeout', text('timeout') ?? '', MAX_TIMEOUT_MS),
    pacing: readPacing(text('pacing') ?? ''),
  };
  const thresholds = readThresholds((values.threshold ?? []) as readonly string[], text('max-errors'));
  return { options, thresholds, json: text('json'), texts: readTexts(text('lang'), env) };
}

/** Runs the load, prints the table with the generator's verdict and the thresholds, and says how the command ends. */
export async function runLoadCommand(request: LoadRequest, interrupts: Interrupts): Promise<number> {
  const { options, json, texts } = request;
  if (json !== undefined) await prepareOutput(json);
  using _ = announceStop(interrupts.stop, texts.words.stopping);
  const result = await runLoad({ ...options, signal: interrupts.stop });
  const thresholds = judgeThresholds(request.thresholds, result);
  const judged: JudgedResult = { ...result, thresholds };
  process.stdout.write(renderLoadTable(result, { texts, thresholds }));
  if (json !== undefined) {
    await writeOutput(json, `${JSON.stringify(judged)}\n`);
    process.stdout.write(`\n${json}\n`);
  }
  return exitCodeOfLoad(result, thresholds);
}

function getScenario(path: string): LoadOptions<unknown>['scenario'] {
  const name = `GET ${path}`;
  return defineScenario<unknown>({
    name,
    users: 1,
    createUser: () => undefined,
    steps: [{ name, weight: 1, build: () => ({ method: 'GET', path }) }],
  });
}

function readUrl(text: string | undefined): URL {
  const given = required('url', text);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'http:' && url.username === '' && url.password === '') return url;
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', {
    flag: '--url',
    value: JSON.stringify(given),
    allowed: 'an http:// URL without user and password',
  });
}

/** A run of mostly errors must not pass for a good one, so their share has a bound unless a threshold gives it one. */
function readThresholds(texts: readonly string[], maxErrors: string | undefined): readonly Threshold[] {
  const thresholds = texts.map(parseThreshold);
  const onErrors = thresholds.some(({ metric }) => metric.kind === 'errors' && metric.class === undefined);
  if (maxErrors === undefined && onErrors) return thresholds;
  return [parseThreshold(`errors<=${maxErrors ?? DEFAULT_MAX_ERRORS}`), ...thresholds];
}

function readPacing(text: string): 'eco' | 'precise' {
  if (text === 'eco' || text === 'precise') return text;
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', {
    flag: '--pacing',
    value: JSON.stringify(text),
    allowed: 'eco or precise',
  });
}

function required(flag: string, text: string | undefined): string {
  if (text === undefined) throw usage(`load run needs --${flag}`);
  return text;
}

function usage(reason: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason });
}
