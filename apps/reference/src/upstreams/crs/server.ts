import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from 'millrace/core';
import { type AdminTokens, createAdminTokens, TOKEN_TTL_MS } from './admin-tokens.ts';
import { type CallCounter, createCallCounter } from './call-counts.ts';
import { type Call, type Refusal, toCall, type World } from './calls.ts';
import { createKeyListing, type KnownData } from './key-listing.ts';
import { createOutcomes, type OutcomeOptions } from './outcomes.ts';

export interface CrsServerOptions extends OutcomeOptions {
  readonly adminUser: string;
  readonly adminSecret: string;
  /** The day on which a trend ends. */
  readonly today: Date;
  /** Whose keys it lists. */
  readonly data: KnownData;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

const MAX_BODY_BYTES = 16_384;
const MAX_CONNECTIONS = 4_096;
/** Longer than any client's keep-alive expiry, so that it is never the server that closes a connection in use. */
const KEEP_ALIVE_MS = 75_000;
const LOG_IN_FIRST: Refusal = { status: 401, error: 'log in first' };
const BAD_BODY: Refusal = { status: 400, error: 'the body must be JSON of at most 16 KB' };

/** The key service of origin 003 in small: the same questions, invented answers, the recorded latencies. Not yet listening. */
export function createCrsServer(options: CrsServerOptions): Server {
  const handler = new RequestHandler(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handler.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

class RequestHandler {
  readonly #options: CrsServerOptions;
  readonly #clock: Clock;
  readonly #tokens: AdminTokens;
  readonly #world: World;
  readonly #counter: CallCounter = createCallCounter();
  readonly #seen = new WeakSet<Socket>();
  #outcomes: ReturnType<typeof createOutcomes>;

  constructor(options: CrsServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#tokens = createAdminTokens({ user: options.adminUser, secret: options.adminSecret, clock: this.#clock });
    this.#world = { today: options.today, keysOf: createKeyListing(options.data) };
    this.#outcomes = createOutcomes(options);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://crs');
    if (url === null) return send(response, 400, { error: 'no such resource' });
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /__counts') return send(response, 200, this.#counter.read());
    if (route === 'POST /__reset') return this.#reset(response);
    this.#countConnection(request.socket);
    const body = await readJson(request);
    const call = body === MALFORMED ? BAD_BODY : this.#understand(route, request.headers.authorization, url, body);
    if ('error' in call) this.#refuse(call, response);
    else this.#answer(call, response);
  }

  #understand(route: string, authorization: string | undefined, url: URL, body: unknown): Call | Refusal {
    if (route === 'POST /admin/login') return this.#login(body);
    if (!this.#tokens.accepts(authorization)) return LOG_IN_FIRST;
    return toCall(route, url, body, this.#world);
  }

  #login(body: unknown): Call | Refusal {
    const { username, password } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const token = this.#tokens.login(username, password);
    if (token === undefined) return LOG_IN_FIRST;
    return {
      ...{ endpoint: 'login', key: this.#options.adminUser, status: 200 },
      body: { token, expiresInS: TOKEN_TTL_MS / 1_000 },
    };
  }

  #answer({ endpoint, key, status, body }: Call, response: ServerResponse): void {
    this.#counter.call(endpoint, key);
    const { delayMs, kind } = this.#outcomes(endpoint);
    if (kind !== 'answer') this.#counter.fault(kind === 'error' ? 'errors' : 'hangs');
    const reply = (): void => {
      if (kind === 'error') send(response, 500, { error: 'internal error' });
      else send(response, status, body);
    };
    if (delayMs > 0) {
      const timer = this.#clock.schedule(delayMs, reply);
      response.once('close', () => timer.cancel());
    } else reply();
  }

  #refuse({ status, error }: Refusal, response: ServerResponse): void {
    if (status === 401) this.#counter.fault('refused');
    send(response, status, { error });
  }

  #countConnection(socket: Socket): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    this.#counter.connection();
  }

  #reset(response: ServerResponse): void {
    this.#counter.reset();
    this.#outcomes = createOutcomes(this.#options);
    send(response, 204);
  }
}

const MALFORMED = Symbol('malformed');

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return bytes > MAX_BODY_BYTES ? MALFORMED : JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return MALFORMED;
  }
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) return void response.writeHead(status).end();
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
