import { createdKeyAnswer, dashboardAnswer, keyStatsAnswer, trendAnswer } from './answers.ts';
import type { KeyListing } from './key-listing.ts';
import type { CrsEndpoint } from './latency.ts';

/** A request understood: which endpoint, what it is counted under, and its answer. */
export interface Call {
  readonly endpoint: CrsEndpoint;
  readonly key: string;
  readonly status: number;
  readonly body: unknown;
}

/** A request that is turned away, and why. */
export interface Refusal {
  readonly status: 400 | 401 | 404;
  readonly error: string;
}

/** What the answers are about. */
export interface World {
  readonly today: Date;
  readonly keysOf: KeyListing;
}

const MAX_DAYS = 366;

/** Finds the call behind `asked`, a method and a path, for everything but the login. */
export function toCall(asked: string, url: URL, body: unknown, { today, keysOf }: World): Call | Refusal {
  const keyId = /^\/admin\/keys\/([\w-]{1,80})(\/stats)?$/.exec(url.pathname);
  const id = keyId?.[1] ?? '';
  const route = asked.replace(`/admin/keys/${id}`, id === '' ? '$&' : '/admin/keys/:id');
  switch (route) {
    case 'GET /admin/dashboard':
      return { endpoint: 'dashboard', key: 'global', status: 200, body: dashboardAnswer() };
    case 'GET /admin/keys':
      return toKeysCall(url.searchParams.get('user'), keysOf);
    case 'GET /admin/trend':
      return toTrendCall(url.searchParams.get('days'), today);
    case 'GET /admin/keys/:id/stats':
      return { endpoint: 'key-stats', key: id, status: 200, body: keyStatsAnswer(id) };
    case 'POST /admin/keys':
      return toCreateCall(body);
    case 'DELETE /admin/keys/:id':
      return { endpoint: 'delete-key', key: id, status: 200, body: { id, deleted: true } };
    default:
      return { status: 404, error: 'no such resource' };
  }
}

function toKeysCall(user: string | null, keysOf: KeyListing): Call | Refusal {
  if (!isName(user)) return { status: 400, error: 'user is missing or too long' };
  return { endpoint: 'keys', key: user, status: 200, body: keysOf(user) };
}

function toTrendCall(text: string | null, today: Date): Call | Refusal {
  const days = Number(text ?? '7');
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) return { status: 400, error: 'days must be 1 to 366' };
  return { endpoint: 'trend', key: String(days), status: 200, body: trendAnswer(days, today) };
}

function toCreateCall(body: unknown): Call | Refusal {
  const { user, name } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (!isName(user) || !isName(name)) return { status: 400, error: 'user and name must be given' };
  return { endpoint: 'create-key', key: user, status: 201, body: createdKeyAnswer(user, name) };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}
