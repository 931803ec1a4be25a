import { hash } from 'node:crypto';
import type { CacheRespondSignal } from '../../signals/index.ts';
import type { CacheKey } from '../cache-key.ts';
import { namesAny, queryKey } from './query-key.ts';
import type { ResponsePlan } from './response-options.ts';
import type { ServiceRequest } from './service-exchange.ts';

/** Why a request goes past the cache. */
export interface Bypass {
  readonly reason: CacheRespondSignal['reason'];
}

/** Who asks: an id, anybody (undefined), or why the request goes past the cache. */
export type Asker = string | number | undefined | Bypass;

/** Longer keys are hashed: what a client sends must not fill the memory that values are for. */
const MAX_KEY_LENGTH = 512;
/** Query parameters in which credentials are sent: by RFC 6750, 2.3, by signed addresses, and by habit. */
const CREDENTIAL_PARAMETERS: ReadonlySet<string> = new Set([
  'access_token',
  'api-key',
  'api_key',
  'apikey',
  'auth_token',
  'id_token',
  'jwt',
  'session_id',
  'sessionid',
  'sid',
  'sig',
  'signature',
  'token',
  'x-amz-signature',
  'x-goog-signature',
]);

/**
 * Who asks. What is not certain goes past: whoever carries credentials is answered from the cache only under an id of their
 * own, or when the answers are said to be for everybody.
 */
export function askerOf<Source>(request: ServiceRequest, source: Source, plan: ResponsePlan<Source>): Asker {
  if (plan.user !== undefined) return userOf(plan.user, source) ?? { reason: 'no-user' };
  return !plan.shared && isAuthorised(request, plan.credentialHeaders) ? { reason: 'authorised' } : undefined;
}

/** The key of a request's answer, or why the request goes past the cache. */
export function keyOf<Source>(request: ServiceRequest, asker: Asker, plan: ResponsePlan<Source>): CacheKey | Bypass {
  const reason = unfit(request);
  if (reason !== undefined) return { reason };
  if (isBypass(asker)) return asker;
  const { origin, query, variant } = request;
  const parts: (string | number)[] = [plan.prefix, origin, ...targetOf(request, plan.params)];
  const counted = queryKey(query, plan.query);
  parts.push(namesAny(counted, CREDENTIAL_PARAMETERS) ? hash('sha256', counted, 'base64url') : counted);
  if (variant !== undefined) parts.push('variant', variant);
  if (asker !== undefined) parts.push('user', asker);
  for (const name of plan.headers) parts.push(headerPart(name, request.header(name), plan.credentialHeaders));
  return shortened(parts);
}

export function isBypass(one: CacheKey | Asker): one is Bypass {
  return typeof one === 'object' && 'reason' in one;
}

/** Why what is asked for is no whole answer of an address. */
function unfit(request: ServiceRequest): Bypass['reason'] | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'method';
  if (request.header('range') !== undefined) return 'range';
  if (request.header('if-match') !== undefined || request.header('if-unmodified-since') !== undefined)
    return 'precondition';
  const hasBody =
    request.header('transfer-encoding') !== undefined || (request.header('content-length') ?? '0') !== '0';
  return hasBody ? 'body' : undefined;
}

/** Anything that is no id, a promise or an object say, is nobody: its text would be the same for all. */
function userOf<Source>(user: (source: Source) => unknown, source: Source): string | number | undefined {
  try {
    const id = user(source);
    if (typeof id === 'string' && id !== '') return id;
    return typeof id === 'number' && Number.isFinite(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function isAuthorised(request: ServiceRequest, credentialHeaders: readonly string[]): boolean {
  if (request.identity !== undefined && request.identity !== null) return true;
  if (credentialHeaders.some((name) => request.header(name) !== undefined)) return true;
  return namesAny(request.query, CREDENTIAL_PARAMETERS);
}

/** The path, or the route and those of its parameters that count. */
function targetOf({ route, path, params }: ServiceRequest, counted: readonly string[] | undefined): string[] {
  if (counted === undefined || route === undefined || params === undefined || !namesAll(route, counted)) return [path];
  // Where some frameworks begin the query, or end the address.
  if (/[;#]/.test(path) || !counted.every((name) => typeof params[name] === 'string')) return [path];
  return [route, ...counted.map((name) => `${name}=${String(params[name])}`)];
}

/** Whether a pattern leaves nothing open but named parameters, those that count among them. */
function namesAll(route: string, counted: readonly string[]): boolean {
  if (/[*(+?{]/.test(route)) return false;
  const names = new Set([...route.matchAll(/:(\w+)/g)].map(([, name]) => name));
  return counted.every((name) => names.has(name));
}

/** A header that is not there differs from an empty one. A credential's value must not be read off a key. */
function headerPart(name: string, value: string | undefined, credentialHeaders: readonly string[]): string {
  if (value === undefined) return name;
  return `${name}=${credentialHeaders.includes(name) ? hash('sha256', value, 'base64url') : value}`;
}

function shortened(parts: readonly (string | number)[]): CacheKey {
  let length = 0;
  for (const part of parts) length += typeof part === 'string' ? part.length : 8;
  if (length <= MAX_KEY_LENGTH) return parts;
  return [parts[0]!, 'sha256', hash('sha256', JSON.stringify(parts), 'base64url')];
}
