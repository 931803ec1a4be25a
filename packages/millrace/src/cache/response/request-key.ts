import { hash } from 'node:crypto';
import type { CacheRespondSignal } from '../../signals/index.ts';
import type { CacheKey } from '../cache-key.ts';
import { queryKey } from './query-key.ts';
import type { ResponsePlan } from './response-options.ts';
import type { ServiceRequest } from './service-exchange.ts';

/** Why a request goes past the cache. */
export interface Bypass {
  readonly reason: CacheRespondSignal['reason'];
}

/** Longer keys are hashed: what a client sends must not fill the memory that values are for. */
const MAX_KEY_LENGTH = 512;

/**
 * The key of a request's answer, or why the request goes past the cache. What is not certain goes past: whoever carries
 * credentials is answered from the cache only under an id of their own, or when the answers are said to be for everybody.
 */
export function keyOf<Source>(request: ServiceRequest, source: Source, plan: ResponsePlan<Source>): CacheKey | Bypass {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { reason: 'method' };
  if (request.header('range') !== undefined) return { reason: 'range' };
  if (request.header('if-match') !== undefined || request.header('if-unmodified-since') !== undefined)
    return { reason: 'precondition' };
  const user = plan.user === undefined ? undefined : userOf(plan.user, source);
  if (plan.user !== undefined && user === undefined) return { reason: 'no-user' };
  if (user === undefined && !plan.shared && isAuthorised(request, plan.credentialHeaders))
    return { reason: 'authorised' };
  const parts: (string | number)[] = [plan.prefix, request.origin, ...targetOf(request, plan.params)];
  parts.push(queryKey(request.query, plan.query));
  if (user !== undefined) parts.push('user', user);
  for (const name of plan.headers) parts.push(headerPart(name, request.header(name), plan.credentialHeaders));
  return shortened(parts);
}

export function isBypass(key: CacheKey | Bypass): key is Bypass {
  return typeof key === 'object' && 'reason' in key;
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
  return credentialHeaders.some((name) => request.header(name) !== undefined);
}

/** The path, or the route and those of its parameters that count. */
function targetOf({ route, path, params }: ServiceRequest, counted: readonly string[] | undefined): string[] {
  if (counted === undefined || route === undefined || params === undefined || !namesAll(route, counted)) return [path];
  return [route, ...counted.map((name) => `${name}=${String(params[name])}`)];
}

/** Whether a pattern leaves nothing open but named parameters, those that count among them. */
function namesAll(route: string, counted: readonly string[]): boolean {
  if (/[*(+?]/.test(route)) return false;
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
