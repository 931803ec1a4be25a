import { readFileSync } from 'node:fs';
import type { CommonOptions } from '@millrace/load';
import { invalidFlag, usage } from './errors.ts';
import { type Given, readBytes, readDurationMs, readNumber } from './flags.ts';

/** How requests are carried, as an engine of the load tester is told. */
export type EngineChoice = Pick<
  CommonOptions<unknown>,
  | 'engine'
  | 'maxLinks'
  | 'maxBodyBytes'
  | 'readBytesPerSecond'
  | 'proxy'
  | 'timeoutMs'
  | 'tls'
  | 'connectTo'
  | 'dns'
  | 'trace'
  | 'owned'
>;

/** For {@link readEngine}. */
export const ENGINE_FLAGS = {
  'max-links': { type: 'string' },
  timeout: { type: 'string' },
  engine: { type: 'string' },
  proxy: { type: 'string' },
  'connect-to': { type: 'string' },
  dns: { type: 'string' },
  'read-rate': { type: 'string' },
  'max-body': { type: 'string' },
  trace: { type: 'string' },
  cacert: { type: 'string' },
  insecure: { type: 'boolean', short: 'k', default: false },
  'i-own-this': { type: 'boolean', default: false },
} as const;

const MAX_TIMEOUT_MS = 600_000;
const MAX_TTL_MS = 86_400_000;

/** @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID */
export function readEngine(values: Given['values']): EngineChoice {
  const text = (flag: string): string | undefined => values[flag] as string | undefined;
  const [proxy, cacert] = [text('proxy'), text('cacert')];
  const maxLinks = text('max-links');
  const engine = readOneOf('--engine', text('engine') ?? 'fast', ['fast', 'compat']);
  if (proxy !== undefined && engine === 'fast') throw usage('--proxy needs --engine compat');
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
    ...readPlace(text, engine),
    ...readBodyBounds(text, engine),
    ...(values['i-own-this'] === true && { owned: true }),
    ...(insecure && { tls: { insecure } }),
    ...(cacert !== undefined && { tls: { ca: readPem(cacert) } }),
  };
}

type Text = (flag: keyof typeof ENGINE_FLAGS) => string | undefined;

/** Where connections go. */
function readPlace(text: Text, engine: string): Pick<EngineChoice, 'connectTo' | 'dns'> {
  const [proxy, connectTo, dns] = [text('proxy'), text('connect-to'), text('dns')];
  if (proxy !== undefined && connectTo !== undefined)
    throw usage('--proxy and --connect-to contradict each other: each says where to connect');
  if (dns !== undefined && engine === 'compat') throw usage('--dns needs --engine fast');
  return { ...(connectTo !== undefined && { connectTo }), ...(dns !== undefined && { dns: readDns(dns) }) };
}

function readDns(text: string): NonNullable<EngineChoice['dns']> {
  if (text === 'once' || text === 'connect') return text;
  const [, ttl] = /^ttl:(.+)$/.exec(text) ?? [];
  if (ttl !== undefined) return { ttlMs: readDurationMs('--dns', ttl, MAX_TTL_MS, 1) };
  throw invalidFlag('--dns', JSON.stringify(text), 'once, connect or ttl:TIME, such as ttl:30s');
}

/** How bodies are read. */
function readBodyBounds(text: Text, engine: string): Pick<EngineChoice, 'maxBodyBytes' | 'readBytesPerSecond'> {
  const [maxBody, readRate] = [text('max-body'), text('read-rate')];
  if (readRate !== undefined && engine === 'compat') throw usage('--read-rate needs --engine fast');
  return {
    ...(maxBody !== undefined && { maxBodyBytes: readBytes('--max-body', maxBody) }),
    ...(readRate !== undefined && { readBytesPerSecond: readBytes('--read-rate', readRate) }),
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
