import { defineScenario, type FindMaxOptions, parseSlo } from '@millrace/load';
import type { Texts } from '@millrace/load/report';
import { ENGINE_FLAGS, readEngine } from './engine-flags.ts';
import { usage } from './errors.ts';
import { runInThreads } from './find-max-threads.ts';
import { type Given, readDurationMs, readFlags, readNumber, readSeed, readShare } from './flags.ts';
import { readTexts } from './language.ts';
import { findUrl, isAddress, REQUEST_FLAGS, readRequest, sourceOf } from './request-flags.ts';

/** What `millrace load find-max` was asked to do. */
export interface FindMaxRequest {
  readonly options: Required<
    Pick<FindMaxOptions, 'load' | 'slo' | 'fromPerSecond' | 'toPerSecond' | 'stepMs' | 'precision' | 'run'>
  > &
    Pick<FindMaxOptions, 'limitMs'>;
  /** Undefined: no file. */
  readonly json: string | undefined;
  readonly texts: Texts;
}

const MAX_PER_SECOND = 1_000_000;
const FLAGS = {
  ...REQUEST_FLAGS,
  slo: { type: 'string' },
  from: { type: 'string', default: '50' },
  to: { type: 'string', default: '20000' },
  precision: { type: 'string', default: '5%' },
  limit: { type: 'string' },
  'step-duration': { type: 'string', default: '4s' },
  ...ENGINE_FLAGS,
  workers: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  lang: { type: 'string' },
  debug: { type: 'boolean', default: false },
} as const;

/** Reads the arguments after `load find-max`. @throws MILLRACE_CLI_* and MILLRACE_LOAD_THRESHOLD_INVALID */
export function readFindMaxRequest(args: readonly string[], env: NodeJS.ProcessEnv): FindMaxRequest {
  const { values, positionals } = readFlags(args, FLAGS);
  const text = (flag: keyof typeof FLAGS): string | undefined => values[flag] as string | undefined;
  const extra = positionals.find((argument) => !isAddress(argument));
  if (extra !== undefined) throw usage(`load find-max takes an address alone, no ${extra}`);
  const slo = text('slo');
  if (slo === undefined) throw usage("load find-max needs --slo, such as 'http.p99<200ms,errors<0.1%'");
  const rate = (flag: 'from' | 'to', min: number): number =>
    readNumber(`--${flag}`, text(flag) ?? '', { min, max: MAX_PER_SECOND });
  const fromPerSecond = rate('from', 1);
  return {
    options: {
      ...readLoad({ ...values, url: findUrl(values.url, positionals) }),
      slo: parseSlo(slo),
      ...{ fromPerSecond, toPerSecond: rate('to', fromPerSecond) },
      stepMs: readDurationMs('--step-duration', text('step-duration') ?? '', 600_000, 100),
      precision: readShare('--precision', text('precision') ?? '', 0.02),
      ...(text('limit') !== undefined && {
        limitMs: readDurationMs('--limit', text('limit') ?? '', 86_400_000, 1_000),
      }),
    },
    json: text('json'),
    texts: readTexts(text('lang'), env),
  };
}

function readLoad(values: Given['values']): Pick<FindMaxRequest['options'], 'load' | 'run'> {
  const text = (flag: keyof typeof FLAGS): string | undefined => values[flag] as string | undefined;
  if (text('url') === undefined) throw usage('load find-max needs an address, such as http://127.0.0.1:3000/');
  const headers = (values.header ?? []) as readonly string[];
  const { target, request } = readRequest({ url: text('url'), method: text('method'), headers, body: text('body') });
  const source = sourceOf(request);
  const { name } = source;
  const scenario = defineScenario<unknown>({
    ...{ name, users: 1, createUser: () => undefined },
    steps: [{ name, weight: 1, build: () => request }],
  });
  const seed = readSeed(text('seed') ?? '');
  const bounds = { min: 1, max: 256, whole: true };
  const workers = text('workers') === undefined ? undefined : readNumber('--workers', text('workers') ?? '', bounds);
  return { load: { target, scenario, seed, ...readEngine(values) }, run: runInThreads(source, workers) };
}
