import { defineScenario, type FindMaxOptions, maskSecrets, parseSlo } from '@millrace/load';
import type { Texts } from '@millrace/load/report';
import { readEngine } from './engine-flags.ts';
import { CLI_ERRORS } from './errors.ts';
import { type Given, readDurationMs, readFlags, readNumber } from './flags.ts';
import { readTexts } from './language.ts';
import { readRequest } from './request-flags.ts';

/** What `millrace load find-max` was asked to do. */
export interface FindMaxRequest {
  readonly options: Required<
    Pick<FindMaxOptions, 'load' | 'slo' | 'fromPerSecond' | 'toPerSecond' | 'stepMs' | 'precision'>
  > &
    Pick<FindMaxOptions, 'limitMs'>;
  /** Undefined: no file. */
  readonly json: string | undefined;
  readonly texts: Texts;
}

const MAX_PER_SECOND = 1_000_000;
const FLAGS = {
  url: { type: 'string' },
  slo: { type: 'string' },
  from: { type: 'string', default: '50' },
  to: { type: 'string', default: '20000' },
  precision: { type: 'string', default: '5%' },
  limit: { type: 'string' },
  'step-duration': { type: 'string', default: '4s' },
  method: { type: 'string', short: 'm' },
  header: { type: 'string', short: 'H', multiple: true },
  body: { type: 'string', short: 'b' },
  timeout: { type: 'string' },
  engine: { type: 'string' },
  proxy: { type: 'string' },
  'connect-to': { type: 'string' },
  cacert: { type: 'string' },
  insecure: { type: 'boolean', short: 'k', default: false },
  'i-own-this': { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  lang: { type: 'string' },
  debug: { type: 'boolean', default: false },
} as const;

/** Reads the arguments after `load find-max`. @throws MILLRACE_CLI_* and MILLRACE_LOAD_THRESHOLD_INVALID */
export function readFindMaxRequest(args: readonly string[], env: NodeJS.ProcessEnv): FindMaxRequest {
  const { values, positionals } = readFlags(args, FLAGS);
  const text = (flag: keyof typeof FLAGS): string | undefined => values[flag] as string | undefined;
  const [extra] = positionals;
  if (extra !== undefined) throw usage('load find-max takes no argument, the address goes into --url');
  const slo = text('slo');
  if (slo === undefined) throw usage("load find-max needs --slo, such as 'http.p99<200ms,errors<0.1%'");
  const rate = (flag: 'from' | 'to', min: number): number =>
    readNumber(`--${flag}`, text(flag) ?? '', { min, max: MAX_PER_SECOND });
  const fromPerSecond = rate('from', 1);
  return {
    options: {
      load: readLoad(values),
      slo: parseSlo(slo),
      ...{ fromPerSecond, toPerSecond: rate('to', fromPerSecond) },
      stepMs: readDurationMs('--step-duration', text('step-duration') ?? '', 600_000, 100),
      precision: readPrecision(text('precision') ?? ''),
      ...(text('limit') !== undefined && {
        limitMs: readDurationMs('--limit', text('limit') ?? '', 86_400_000, 1_000),
      }),
    },
    json: text('json'),
    texts: readTexts(text('lang'), env),
  };
}

/** A share of 1, or with a percent sign. */
function readPrecision(text: string): number {
  const [, digits = 'none', percent = ''] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '' ? 1 : 100);
  if (share >= 0.02 && share <= 1) return share;
  const context = { flag: '--precision', value: JSON.stringify(text), allowed: 'a share from 2% to 100%' };
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', context);
}

function readLoad(values: Given['values']): FindMaxOptions['load'] {
  const text = (flag: keyof typeof FLAGS): string | undefined => values[flag] as string | undefined;
  if (text('url') === undefined) throw usage('load find-max needs --url');
  const headers = (values.header ?? []) as readonly string[];
  const { target, request } = readRequest({ url: text('url'), method: text('method'), headers, body: text('body') });
  const name = maskSecrets(`${request.method} ${request.path}`);
  const scenario = defineScenario<unknown>({
    ...{ name, users: 1, createUser: () => undefined },
    steps: [{ name, weight: 1, build: () => request }],
  });
  const seed = readNumber('--seed', text('seed') ?? '', { min: 0, max: 2 ** 32 - 1, whole: true });
  return { target, scenario, seed, ...readEngine(values) };
}

function usage(reason: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason });
}
