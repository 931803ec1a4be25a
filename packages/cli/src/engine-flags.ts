import { readFileSync } from 'node:fs';
import type { CommonOptions } from '@millrace/load';
import { invalidFlag, usage } from './errors.ts';
import { type Given, readDurationMs, readNumber } from './flags.ts';

/** How requests are carried, as an engine of the load tester is told. */
export type EngineChoice = Pick<
  CommonOptions<unknown>,
  'engine' | 'maxLinks' | 'proxy' | 'timeoutMs' | 'tls' | 'connectTo' | 'trace' | 'owned'
>;

/** For {@link readEngine}. */
export const ENGINE_FLAGS = {
  'max-links': { type: 'string' },
  timeout: { type: 'string' },
  engine: { type: 'string' },
  proxy: { type: 'string' },
  'connect-to': { type: 'string' },
  trace: { type: 'string' },
  cacert: { type: 'string' },
  insecure: { type: 'boolean', short: 'k', default: false },
  'i-own-this': { type: 'boolean', default: false },
} as const;

const MAX_TIMEOUT_MS = 600_000;

/** @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID */
export function readEngine(values: Given['values']): EngineChoice {
  const text = (flag: string): string | undefined => values[flag] as string | undefined;
  const [proxy, connectTo, cacert] = [text('proxy'), text('connect-to'), text('cacert')];
  const maxLinks = text('max-links');
  const engine = readOneOf('--engine', text('engine') ?? 'fast', ['fast', 'compat']);
  if (proxy !== undefined && engine === 'fast') throw usage('--proxy needs --engine compat');
  if (proxy !== undefined && connectTo !== undefined)
    throw usage('--proxy and --connect-to contradict each other: each says where to connect');
  const insecure = values.insecure === true;
  if (insecure && cacert !== undefined) throw usage('--insecure takes any certificate, --cacert contradicts it');
  const trace = text('trace');
  return {
    engine,
    ...(trace !== undefined && { trace: readOneOf('--trace', trace, ['off', 'unsampled', 'sampled'] as const) }),
    timeoutMs: readDurationMs('--timeout', text('timeout') ?? '10s', MAX_TIMEOUT_MS),
    ...(maxLinks !== undefined && {
      maxLinks: readNumber('--max-links', maxLinks, { min: 1, max: 1_000_000, whole: true }),
    }),
    ...(proxy !== undefined && { proxy }),
    ...(connectTo !== undefined && { connectTo }),
    ...(values['i-own-this'] === true && { owned: true }),
    ...(insecure && { tls: { insecure } }),
    ...(cacert !== undefined && { tls: { ca: readPem(cacert) } }),
  };
}

/** One of a few words. @throws MILLRACE_CLI_FLAG_INVALID */
export function readOneOf<Word extends string>(flag: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw invalidFlag(flag, JSON.stringify(text), words.join(' or '));
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usage(`--cacert: ${file} cannot be read: ${(error as Error).message}`);
  }
}
