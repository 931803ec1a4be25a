import { resolve } from 'node:path';
import { parseThreshold, type ScenarioSource, type Threshold, type WorkerLoadOptions } from '@millrace/load';
import type { Texts } from '@millrace/load/report';
import { readThresholds } from './default-thresholds.ts';
import { ENGINE_FLAGS, readEngine, readOneOf } from './engine-flags.ts';
import { usage } from './errors.ts';
import { type Given, readFlags, readNumber, readSeed } from './flags.ts';
import { readTexts } from './language.ts';
import { readShape } from './load-shape.ts';
import {
  findUrl,
  isAddress,
  REQUEST_FLAGS,
  type RequestFlags,
  readRequest,
  readTarget,
  sourceOf,
} from './request-flags.ts';
import { OUTPUT_FLAGS, type RunOutputs, readOutputs } from './run-outputs.ts';

/** What a run is told, but for who watches it. */
export type LoadPlan = Omit<WorkerLoadOptions, 'onProgress' | 'signal'>;

/** What `millrace load run` was asked to do. */
export interface LoadRequest {
  readonly plan: LoadPlan;
  readonly thresholds: readonly Threshold[];
  /** The run ends as soon as one of these is missed. */
  readonly abortOn: readonly Threshold[];
  readonly outputs: RunOutputs;
  readonly texts: Texts;
}

const FLAGS = {
  ...REQUEST_FLAGS,
  ...ENGINE_FLAGS,
  rate: { type: 'string', short: 'R' },
  qps: { type: 'string' },
  duration: { type: 'string', short: 'd' },
  requests: { type: 'string', short: 'n' },
  ramp: { type: 'string' },
  steps: { type: 'string' },
  spike: { type: 'string' },
  sine: { type: 'string' },
  poisson: { type: 'boolean', default: false },
  preset: { type: 'string' },
  users: { type: 'string' },
  concurrency: { type: 'string', short: 'c' },
  connections: { type: 'string' },
  pacing: { type: 'string' },
  workers: { type: 'string' },
  journal: { type: 'string' },
  seed: { type: 'string', default: '1' },
  threshold: { type: 'string', multiple: true },
  'max-errors': { type: 'string' },
  'abort-on': { type: 'string', multiple: true },
  ...OUTPUT_FLAGS,
  lang: { type: 'string' },
  debug: { type: 'boolean', default: false },
} as const;

/** Reads the arguments after `load run`. @throws MILLRACE_CLI_* */
export function readLoadRequest(args: readonly string[], env: NodeJS.ProcessEnv): LoadRequest {
  const { values, positionals } = readFlags(args, FLAGS);
  const [scenario, second] = positionals.filter((argument) => !isAddress(argument));
  if (second !== undefined) throw usage(`load run takes one scenario, ${second} is a second`);
  const plan = readPlan({ ...values, url: findUrl(values.url, positionals) }, scenario);
  const thresholds = readThresholds(listOf(values.threshold), textOf(values['max-errors']));
  const onRate = thresholds.find(({ metric }) => metric.kind === 'rate');
  if (plan.model.kind === 'closed' && onRate !== undefined)
    throw usage(`--threshold ${onRate.text}: without --rate there is no rate to keep`);
  return {
    plan,
    thresholds,
    abortOn: readAbortOn(listOf(values['abort-on'])),
    outputs: readOutputs(values),
    texts: readTexts(textOf(values.lang), env),
  };
}

function readPlan(values: Given['values'], scenario: string | undefined): LoadPlan {
  const text = (flag: keyof typeof FLAGS): string | undefined => textOf(values[flag]);
  const sent = {
    ...{ url: text('url'), method: text('method'), headers: listOf(values.header), body: text('body') },
  };
  const { model, connections } = readShape({
    ...{ rate: text('rate'), qps: text('qps'), duration: text('duration'), requests: text('requests') },
    ...{ ramp: text('ramp'), steps: text('steps'), spike: text('spike'), sine: text('sine') },
    ...{ users: text('users'), concurrency: text('concurrency'), connections: text('connections') },
    ...{ preset: text('preset'), poisson: values.poisson === true },
  });
  if (model.kind === 'closed' && text('pacing') !== undefined)
    throw usage('--pacing is of a rate; give --rate, or leave it out');
  return {
    ...(scenario === undefined ? requestOf(sent) : { target: readTarget(sent), source: moduleOf(scenario) }),
    model,
    seed: readSeed(text('seed') ?? ''),
    pacing: readOneOf('--pacing', text('pacing') ?? 'eco', ['eco', 'precise']),
    ...readEngine(values),
    ...(connections !== undefined && { maxConnections: connections }),
    ...optional('workers', text('workers'), (given) =>
      readNumber('--workers', given, { min: 1, max: 256, whole: true }),
    ),
    ...optional('journal', text('journal'), (file) => file),
  };
}

function requestOf(sent: RequestFlags): Pick<LoadPlan, 'source' | 'target'> {
  const { target, request } = readRequest(sent);
  return { target, source: sourceOf(request) };
}

function moduleOf(file: string): ScenarioSource {
  return { kind: 'module', href: resolve(file) };
}

/** A field that is there only when it was given. */
function optional<Name extends string, Value>(
  name: Name,
  given: string | undefined,
  read: (given: string) => Value,
): Partial<Record<Name, Value>> {
  return given === undefined ? {} : ({ [name]: read(given) } as Record<Name, Value>);
}

/** What is only known at the end cannot end a run. */
function readAbortOn(texts: readonly string[]): readonly Threshold[] {
  const thresholds = texts.map(parseThreshold);
  const late = thresholds.find(({ metric }) => metric.kind === 'rate' || metric.kind === 'checks');
  if (late === undefined) return thresholds;
  const what = late.metric.kind === 'rate' ? 'the achieved rate is' : 'checks are';
  throw usage(`--abort-on ${late.text}: ${what} only known at the end`);
}

function textOf(value: Given['values'][string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: Given['values'][string]): readonly string[] {
  return Array.isArray(value) ? value : [];
}
