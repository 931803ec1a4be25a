import { MillraceError } from 'millrace/core';
import { createAnswerReaders, type ReadAnswer } from './crs-answers.ts';
import type { Upstream, UpstreamAnswer, UpstreamAnswers, UpstreamCall, UpstreamTransport } from './ports/index.ts';
import { Problem } from './problem.ts';

export interface CrsAccess {
  readonly adminUser: string;
  readonly adminSecret: string;
}

/** A token is given up this long before its end, so that no call starts with one that ends under way. */
const TOKEN_MARGIN_MS = 60_000;
/** What is said of a call that took too long. */
const LATE = new Set<string>(['MILLRACE_CORE_DEADLINE_EXCEEDED', 'MILLRACE_CACHE_LOAD_TIMEOUT']);

/**
 * Speaks the key service's language: logs in once, keeps the token, asks, and turns failures into problems.
 * @param logins keeps the token, in this process alone: it is a secret
 */
export function createCrs(transport: UpstreamTransport, logins: UpstreamAnswers, access: CrsAccess): Upstream {
  const readers = createAnswerReaders();
  const tokens = new AdminTokens(transport, logins, access, readers.login);
  const ask = async <T>(path: string, read: ReadAnswer<T>): Promise<T> => {
    const call = (token: string): Promise<UpstreamAnswer> =>
      transport.send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } });
    const token = await tokens.current();
    const answer = await call(token);
    // A token may be voided early, by a restart of the key service. One new login, never a loop.
    return read(answer.status === 401 ? await call(await tokens.replace(token)) : answer);
  };
  return {
    logIn: async () => void (await tokens.current()),
    dashboard: () => ask('/admin/dashboard', readers.dashboard),
    keys: async (username) => (await ask(`/admin/keys?user=${encodeURIComponent(username)}`, readers.keys)).keys,
    trend: (days) => ask(`/admin/trend?days=${days}`, readers.trend),
    keyStats: (id) => ask(`/admin/keys/${encodeURIComponent(id)}/stats`, readers.keyStats),
  };
}

interface Login {
  readonly token: string;
  readonly expiresInS: number;
}

class AdminTokens {
  readonly #logins: UpstreamAnswers;
  readonly #logIn: () => Promise<Login>;

  constructor(transport: UpstreamTransport, logins: UpstreamAnswers, access: CrsAccess, read: ReadAnswer<Login>) {
    const { adminUser: username, adminSecret: password } = access;
    const call: UpstreamCall = {
      method: 'POST',
      path: '/admin/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    };
    this.#logins = logins;
    this.#logIn = async () => read(await transport.send(call));
  }

  async current(): Promise<string> {
    const ttlMs = ({ expiresInS }: Login): number => expiresInS * 1_000 - TOKEN_MARGIN_MS;
    return (await this.#logins.read('login', this.#logIn, { ttlMs })).token;
  }

  /** A token other than `refused`. */
  async replace(refused: string): Promise<string> {
    const token = await this.current();
    if (token !== refused) return token;
    this.#logins.forget('login');
    return this.current();
  }
}

/** The same answer, whose being late is a 504 problem. */
export async function inTime<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof MillraceError) || !LATE.has(error.code)) throw error;
    throw new Problem(504, 'the key service did not answer in time');
  }
}

/** What a transport throws when no answer came. */
export function unanswered(error: unknown): Problem {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' || code?.endsWith('_TIMEOUT')
    ? new Problem(504, 'the key service did not answer in time')
    : new Problem(502, 'the key service cannot be reached');
}
