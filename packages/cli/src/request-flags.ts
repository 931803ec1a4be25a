import { readFileSync } from 'node:fs';
import { maskSecrets, type RequestSpec, type RequestsSource } from '@millrace/load';
import { invalidFlag, usage } from './errors.ts';
import type { Given } from './flags.ts';

/** The flags that say what is sent where, as they were given. */
export interface RequestFlags {
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

/** For {@link readRequest} and {@link readTarget}. */
export const REQUEST_FLAGS = {
  url: { type: 'string' },
  method: { type: 'string', short: 'm' },
  header: { type: 'string', short: 'H', multiple: true },
  body: { type: 'string', short: 'b' },
} as const;

/** What each arrival sends, and where to. */
export interface FlaggedRequest {
  readonly target: string;
  readonly request: RequestSpec;
}

const METHODS: readonly RequestSpec['method'][] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:']);
/** As the engine takes them. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t -~]*)$/;
/** The engine sets these; two of one message would contradict each other. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/**
 * The one request of a run without a scenario file.
 * @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID
 */
export function readRequest(flags: RequestFlags): FlaggedRequest {
  const url = readUrl(flags.url);
  const headers = readHeaders(flags.headers, url);
  const body = flags.body === undefined ? undefined : readBody(flags.body);
  const method = readMethod(flags.method, body !== undefined);
  const request = { method, path: url.pathname + url.search, headers, ...(body !== undefined && { body }) };
  return { target: url.origin, request };
}

/** Sends one request again and again; its name says nothing that lets somebody in. */
export function sourceOf(request: RequestSpec): RequestsSource {
  const name = maskSecrets(`${request.method} ${request.path}`);
  return { kind: 'requests', name, requests: [{ name, request }] };
}

/** Whether an argument without a flag is an address, and no file. */
export function isAddress(argument: string): boolean {
  return argument.includes('://');
}

/** The address, by its flag or among the arguments without one. @throws MILLRACE_CLI_USAGE when there are two */
export function findUrl(flag: Given['values'][string], positionals: readonly string[]): string | undefined {
  const [url, second] = [...(typeof flag === 'string' ? [flag] : []), ...positionals.filter(isAddress)];
  if (second !== undefined) throw usage('the address is given twice');
  return url;
}

/** Where a scenario file's requests go: it says itself what they are. @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID */
export function readTarget({ url: given, method, headers, body }: RequestFlags): string {
  const url = readUrl(given);
  const flag = method !== undefined ? '--method' : body !== undefined ? '--body' : headers.length > 0 ? '--header' : '';
  if (flag !== '') throw usage(`${flag} is of a run without a scenario file, which says itself what it sends`);
  if (url.pathname + url.search === '/' && url.username === '' && url.password === '') return url.origin;
  throw invalid('--url', given ?? '', 'the address alone, such as http://127.0.0.1:3000; the scenario says the paths');
}

function readUrl(given: string | undefined): URL {
  if (given === undefined) throw usage('load run needs an address, such as http://127.0.0.1:3000/');
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && PROTOCOLS.has(url.protocol)) return url;
  // Where the user ends in what is no URL nobody can tell.
  if (given.includes('@'))
    throw invalidFlag('--url', 'none', 'an http:// or https:// URL; in a password such as p#ss write # as %23');
  throw invalidFlag('--url', JSON.stringify(given), `an http:// or https:// URL${urlHint(given)}`);
}

function urlHint(given: string): string {
  if (/^wss?:/i.test(given)) return '; a scenario file opens WebSockets itself';
  const whole = `http://${given}`;
  return !isAddress(given) && URL.canParse(whole) ? `, such as ${whole}` : '';
}

/** User and password of the address become a field, as curl does it; they stand nowhere else. */
function readHeaders(given: readonly string[], url: URL): Record<string, string> {
  const headers: Record<string, string> = {};
  if (url.username !== '' || url.password !== '') {
    const pair = `${decode(url.username)}:${decode(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  for (const text of given) {
    const [, name = '', value = ''] = FIELD.exec(text.trim()) ?? [];
    const key = name.toLowerCase();
    // What stands in it may be a secret all the same.
    if (name === '') throw invalidFlag('--header', 'not a field', "one in ASCII, such as 'Accept: application/json'");
    if (OWN_FIELDS.has(key)) throw invalid('--header', name, 'any other; the engine sets this one itself');
    if (Object.hasOwn(headers, key)) throw usage(`--header names ${name} twice, or beside a user in --url`);
    headers[key] = value;
  }
  return headers;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `@FILE` is what the file holds, anything else the body itself. */
function readBody(given: string): string | Uint8Array {
  if (!given.startsWith('@')) return given;
  const file = given.slice(1);
  try {
    return readFileSync(file);
  } catch (error) {
    throw usage(`--body: ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** As curl: a body is posted unless told otherwise. */
function readMethod(given: string | undefined, hasBody: boolean): RequestSpec['method'] {
  const method = METHODS.find((one) => one === given?.toUpperCase()) ?? (hasBody ? 'POST' : 'GET');
  if (given !== undefined && given.toUpperCase() !== method) throw invalid('--method', given, METHODS.join(', '));
  if (hasBody && (method === 'GET' || method === 'HEAD'))
    throw usage(`--body and --method ${method} contradict each other`);
  return method;
}

function invalid(flag: string, value: string, allowed: string): Error {
  return invalidFlag(flag, maskSecrets(JSON.stringify(value)), allowed);
}
