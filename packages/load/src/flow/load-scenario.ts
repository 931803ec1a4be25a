import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../errors.ts';
import { defineScenario, type Scenario } from '../scenario/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { FlowScenario } from './flow-scenario.ts';

/** A scenario in a file: what a worker can load for itself. Plain data. */
export interface ScenarioModule {
  /** A file: URL or an absolute path, of TypeScript or JavaScript. */
  readonly href: string;
  /** The name it is exported under; default `default`. */
  readonly name?: string;
}

/**
 * Loads a scenario from its file. TypeScript runs without a build (erasable syntax, `.ts` in relative imports).
 * @throws MILLRACE_FLOW_SCENARIO_UNREADABLE when there is no such file, or it does not run
 * @throws MILLRACE_FLOW_SCENARIO_INVALID when it exports no scenario
 * @example
 * const scenario = await loadScenario({ href: new URL('shop.ts', import.meta.url).href });
 */
export async function loadScenario({
  href,
  name = 'default',
}: ScenarioModule): Promise<Scenario<unknown> | FlowScenario> {
  const url = urlOf(href);
  const file = fileURLToPath(url);
  const exports = await load(url, file);
  const found = exports[name];
  if (FlowScenario.isOne(found)) return found;
  if (isSteps(found)) return defineScenario(found);
  const names = Object.keys(exports).join(', ') || 'nothing';
  const reason = found === undefined ? `it exports ${names}, not ${name}` : `${name} was not made by defineScenario`;
  throw FLOW_ERRORS.create('MILLRACE_FLOW_SCENARIO_INVALID', { file, reason });
}

function urlOf(href: string): URL {
  if (isAbsolute(href)) return pathToFileURL(href);
  const url = URL.parse(href);
  if (url?.protocol === 'file:') return url;
  const reason = 'neither a file: URL nor an absolute path';
  throw FLOW_ERRORS.create('MILLRACE_FLOW_SCENARIO_UNREADABLE', { file: href, reason });
}

async function load(url: URL, file: string): Promise<Record<string, unknown>> {
  try {
    await access(file);
    return (await import(url.href)) as Record<string, unknown>;
  } catch (cause) {
    throw FLOW_ERRORS.create('MILLRACE_FLOW_SCENARIO_UNREADABLE', { file, reason: reasonFor(cause) }, cause);
  }
}

/** Node prints where a syntax error stands at the head of the stack. */
function reasonFor(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const place = cause instanceof SyntaxError ? /^(?:file:\/\/)?(\S+:\d+)\n/.exec(cause.stack ?? '')?.[1] : undefined;
  return `${messageOf(cause).trim()}${place === undefined ? '' : `, ${place}`}`;
}

function isSteps(value: unknown): value is Scenario<unknown> {
  return typeof value === 'object' && value !== null && 'steps' in value && Array.isArray(value.steps);
}
