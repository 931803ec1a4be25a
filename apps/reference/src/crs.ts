import type { Clock } from 'millrace/core';
import { createAnswerReaders, type ReadAnswer } from './crs-answers.ts';
import type { Flights, Upstream, UpstreamAnswer, UpstreamCall, UpstreamTransport } from './ports/index.ts';
import { Problem } from './problem.ts';

export interface CrsAccess {
  readonly adminUser: string;
  readonly adminSecret: string;
}

/** A token is given up this long before its end, so that no call starts with one that ends under way. */
const TOKEN_MARGIN_MS = 60_000;

/** Speaks the key service's language: logs in once, keeps the token, asks, and turns failures into problems. */
export function createCrs(transport: UpstreamTransport, flights: Flights, access: CrsAccess, clock: Clock): Upstream {
  const readers = createAnswerReaders();
  const tokens = new AdminTokens(transport, flights, access, clock, readers.login);
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

class AdminTokens {
  readonly #transport: UpstreamTransport;
  readonly #flights: Flights;
  readonly #access: CrsAccess;
  readonly #clock: Clock;
  readonly #read: ReadAnswer<{ token: string; expiresInS: number }>;
  #held: { readonly token: string; readonly goodUntil: number } | undefined;

  constructor(
    transport: UpstreamTransport,
    flights: Flights,
    access: CrsAccess,
    clock: Clock,
    read: ReadAnswer<{ token: string; expiresInS: number }>,
  ) {
    this.#transport = transport;
    this.#flights = flights;
    this.#access = access;
    this.#clock = clock;
    this.#read = read;
  }

  async current(): Promise<string> {
    const held = this.#held;
    return held && this.#clock.now() < held.goodUntil ? held.token : this.#flights.run('login', () => this.#logIn());
  }

  /** A token other than `refused`. */
  async replace(refused: string): Promise<string> {
    if (this.#held?.token === refused) this.#held = undefined;
    return this.current();
  }

  async #logIn(): Promise<string> {
    const { adminUser: username, adminSecret: password } = this.#access;
    const call: UpstreamCall = {
      method: 'POST',
      path: '/admin/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    };
    const { token, expiresInS } = this.#read(await this.#transport.send(call));
    this.#held = { token, goodUntil: this.#clock.now() + expiresInS * 1000 - TOKEN_MARGIN_MS };
    return token;
  }
}

/** What a transport throws when no answer came. */
export function unanswered(error: unknown): Problem {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' || code?.endsWith('_TIMEOUT')
    ? new Problem(504, 'the key service did not answer in time')
    : new Problem(502, 'the key service cannot be reached');
}
