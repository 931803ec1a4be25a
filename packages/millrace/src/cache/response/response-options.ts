import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../../core/index.ts';
import type { Cache } from '../cache.ts';
import { checkNumber } from '../cache-options.ts';
import { type EntryOptions, MAX_TTL_MS } from '../entry-options.ts';
import { CACHE_ERRORS } from '../errors.ts';
import type { ServiceResponse } from './service-exchange.ts';

/** What of a request an answer depends on, beside its address. */
export interface ResponseVary<Source> {
  /**
   * Who asks: an id of the user or tenant that the answer is for, from what the service has checked. Requests of different
   * ids never share an answer; one without an id goes past the cache. It may not be a promise. Where roles or scopes of one
   * user see different things, they are part of the id: `${user.id} ${user.role}`.
   */
  readonly user?: (source: Source) => string | number | null | undefined;
  /**
   * The only path parameters that count. Default: the whole path counts. It takes a route whose pattern the framework
   * tells, names all of them and has no wildcard; elsewhere the whole path counts.
   */
  readonly params?: readonly string[];
  /** The only query parameters that count. Default: all of them, in any order. */
  readonly query?: readonly string[];
  /** Request headers that count. An answer whose `Vary` names another one is not stored. Default none. */
  readonly headers?: readonly string[];
}

/** What {@link cacheResponse} takes. `Source` is the framework's own request, or its context. */
export interface CacheResponseOptions<Source> {
  /** Where answers are kept. */
  readonly cache: Cache;
  /** How long an answer counts, in milliseconds, jittered. Default the cache's. */
  readonly ttlMs?: number;
  /** How long an answer 404 or 410 counts, in milliseconds. Default 10,000, and never longer than a `ttlMs` given here. */
  readonly negativeTtlMs?: number;
  /** What answers depend on. */
  readonly vary?: ResponseVary<Source>;
  /**
   * Says that the answers are the same for everybody, also when a request carries credentials. Without it, and without
   * `vary.user`, a request with credentials goes past the cache. Default false.
   */
  readonly shared?: boolean;
  /**
   * Further request headers that are credentials, beside `Authorization`, `Cookie`, `Proxy-Authorization` and the usual ones
   * for API keys and for what a proxy has found out about who asks.
   */
  readonly credentialHeaders?: readonly string[];
  /** Tags of an answer, for {@link Cache.invalidateTags}. Default none. */
  readonly tags?: readonly string[] | ((source: Source, response: ServiceResponse) => readonly string[]);
  /** How long past its TTL an answer is given while one request makes a new one, in milliseconds. Default the cache's. */
  readonly staleWhileRevalidateMs?: number;
  /** How long past its TTL an answer is given in place of one with a status from 500 up, in milliseconds. Default the cache's. */
  readonly staleIfErrorMs?: number;
  /** Statuses that are stored. 200 to 499, not 206 and not 304; default 200, 203, 204, 300, 301, 404, 410. */
  readonly statuses?: readonly number[];
  /** Largest body that is stored, in bytes. 0 to 1,073,741,824; default 1,048,576. */
  readonly maxBodyBytes?: number;
  /** First part of every key, which tells the answers apart in signals and statistics. Default `response`. */
  readonly prefix?: string;
  /** The name under which `Cache-Status` (RFC 9211) says what the cache did, e.g. `millrace`. Default: it says nothing. */
  readonly cacheStatus?: string;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** The same, whole and checked. */
export interface ResponsePlan<Source> {
  readonly cache: Cache;
  readonly entry: EntryOptions;
  readonly negativeTtlMs: number;
  readonly user: ResponseVary<Source>['user'];
  readonly params: readonly string[] | undefined;
  readonly query: ReadonlySet<string> | undefined;
  readonly headers: readonly string[];
  readonly shared: boolean;
  readonly credentialHeaders: readonly string[];
  readonly tagsOf: ((source: Source, response: ServiceResponse) => readonly string[]) | undefined;
  readonly statuses: ReadonlySet<number>;
  readonly maxBodyBytes: number;
  readonly prefix: string;
  readonly cacheStatus: string | undefined;
  readonly clock: Clock;
}

const STATUSES: readonly number[] = [200, 203, 204, 300, 301, 404, 410];
const CREDENTIALS: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'x-auth-token',
  'x-access-token',
  'x-session-id',
  'x-session-token',
  // Whom a proxy before the service has let in.
  'cf-access-jwt-assertion',
  'remote-user',
  'x-amzn-oidc-data',
  'x-auth-request-user',
  'x-forwarded-client-cert',
  'x-forwarded-user',
  'x-goog-authenticated-user-id',
  'x-goog-iap-jwt-assertion',
  'x-ms-client-principal',
  'x-remote-user',
];
const NEGATIVE_TTL_MS = 10_000;
const NAMES: OptionNames<CacheResponseOptions<unknown>> = {
  cache: true,
  ttlMs: true,
  negativeTtlMs: true,
  vary: true,
  shared: true,
  credentialHeaders: true,
  tags: true,
  staleWhileRevalidateMs: true,
  staleIfErrorMs: true,
  statuses: true,
  maxBodyBytes: true,
  prefix: true,
  cacheStatus: true,
  clock: true,
};
const VARY_NAMES: OptionNames<ResponseVary<unknown>> = { user: true, params: true, query: true, headers: true };
/** A token of RFC 9110, as a structured field may begin with. */
const FIELD_TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;

/** @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function toResponsePlan<Source>(options: CacheResponseOptions<Source>): ResponsePlan<Source> {
  checkOptionNames('cacheResponse', options, NAMES as OptionNames<CacheResponseOptions<Source>>);
  const { cache, vary = {}, shared = false, tags, ttlMs, prefix = 'response', cacheStatus } = options;
  checkOptionNames('vary of cacheResponse', vary, VARY_NAMES as OptionNames<ResponseVary<Source>>);
  if (shared && vary.user !== undefined)
    throw refused('shared', 'true', 'not true beside `vary.user`, which says the opposite');
  if (prefix === '') throw refused('prefix', "''", 'a non-empty string');
  if (cacheStatus !== undefined && !FIELD_TOKEN.test(cacheStatus)) throw refused('cacheStatus', cacheStatus, 'a token');
  return {
    cache,
    entry: entryOptions(options),
    negativeTtlMs: Math.min(time('negativeTtlMs', options.negativeTtlMs ?? NEGATIVE_TTL_MS), ttlMs ?? Infinity),
    user: vary.user,
    params: vary.params && [...vary.params],
    query: vary.query && new Set(vary.query),
    headers: [...new Set((vary.headers ?? []).map((name) => name.toLowerCase()))].sort(),
    shared,
    credentialHeaders: [...CREDENTIALS, ...(options.credentialHeaders ?? []).map((name) => name.toLowerCase())],
    tagsOf: typeof tags === 'function' ? tags : undefined,
    statuses: new Set((options.statuses ?? STATUSES).map(checkStatus)),
    maxBodyBytes: checkNumber('maxBodyBytes', options.maxBodyBytes ?? 1_048_576, 0, 1_073_741_824),
    prefix,
    cacheStatus,
    clock: options.clock ?? systemClock,
  };
}

function entryOptions<Source>(options: CacheResponseOptions<Source>): EntryOptions {
  const { ttlMs, tags, staleWhileRevalidateMs, staleIfErrorMs } = options;
  return {
    ...(ttlMs === undefined ? {} : { ttlMs: time('ttlMs', ttlMs) }),
    ...(tags === undefined || typeof tags === 'function' ? {} : { tags: [...tags] }),
    ...(staleWhileRevalidateMs === undefined
      ? {}
      : { staleWhileRevalidateMs: time('staleWhileRevalidateMs', staleWhileRevalidateMs) }),
    ...(staleIfErrorMs === undefined ? {} : { staleIfErrorMs: time('staleIfErrorMs', staleIfErrorMs) }),
  };
}

function time(option: string, value: number): number {
  return checkNumber(option, value, 0, MAX_TTL_MS, true);
}

function checkStatus(status: number): number {
  checkNumber('statuses', status, 200, 499);
  if (status === 206 || status === 304) throw refused('statuses', String(status), 'no part of an answer, and no 304');
  return status;
}

function refused(option: string, value: string, allowed: string): Error {
  return CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option, value, allowed });
}
