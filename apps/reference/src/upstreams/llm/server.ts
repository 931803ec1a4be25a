import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, createRandom, systemClock } from 'millrace/core';
import { createLatency } from '../latency.ts';
import { answerEvents, type Prompt } from './answer.ts';
import { CallCounts } from './call-counts.ts';
import { createFlapping, type Failure } from './flapping.ts';
import { PACE_MS, PROVIDERS, type ProviderName } from './provider.ts';
import { streamEvents } from './stream.ts';

export interface LlmServerOptions {
  readonly apiKey: string;
  /** Seed of answers, latencies and failures. */
  readonly seed: number;
  /** Factor on the latencies; 0 answers at once. */
  readonly latencyScale: number;
  /** The provider that comes and goes, and how; undefined: none does. */
  readonly flapping: FlappingProvider | undefined;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

export interface FlappingProvider {
  readonly provider: ProviderName;
  /** Mean number of calls served in a row, and failed in a row. */
  readonly upCalls: number;
  readonly downCalls: number;
}

const MAX_BODY_BYTES = 1_048_576;
const MAX_CONNECTIONS = 4_096;
/** Longer than any client's keep-alive expiry, so that it is never the server that closes a connection in use. */
const KEEP_ALIVE_MS = 75_000;
const MAX_TOKENS = 8_192;

/** Three language model providers behind one port, told apart by the first part of the path. Not yet listening. */
export function createLlmServer(options: LlmServerOptions): Server {
  const handler = new LlmHandler(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handler.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The random course of one provider. */
interface Course {
  firstByteMs(): number;
  deltaMs(): number;
  failure(): Failure | undefined;
}

class LlmHandler {
  readonly #options: LlmServerOptions;
  readonly #clock: Clock;
  readonly #counts = new CallCounts();
  readonly #seen = new WeakSet<Socket>();
  #courses: Readonly<Record<ProviderName, Course>>;

  constructor(options: LlmServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#courses = createCourses(options);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /__counts') return sendJson(response, 200, this.#counts.read());
    if (route === 'POST /__reset') return this.#reset(response);
    this.#countConnection(request.socket);
    const body = await readBody(request);
    const provider = PROVIDERS.find((name) => route === `POST /${name}/v1/messages`);
    if (provider === undefined) return this.#refuse(response, 404, 'no such resource');
    if (request.headers['x-api-key'] !== this.#options.apiKey)
      return this.#refuse(response, 401, 'the API key is wrong');
    const prompt = readPrompt(body);
    if (prompt === undefined) return this.#refuse(response, 400, 'model, messages, max_tokens or stream is wrong');
    this.#answer(provider, prompt, response);
  }

  #answer(provider: ProviderName, prompt: Prompt, response: ServerResponse): void {
    this.#counts.begin(provider);
    const course = this.#courses[provider];
    const failure = course.failure();
    if (failure !== undefined) {
      this.#counts.end(provider, 'failures');
      if (failure === 'reset') response.socket?.resetAndDestroy();
      else sendJson(response, 529, problem('overloaded_error', 'overloaded'));
      return;
    }
    response.once('close', () => this.#counts.end(provider, response.writableFinished ? 'completed' : 'aborted'));
    streamEvents(response, answerEvents(prompt, this.#options.seed), { ...course, clock: this.#clock });
  }

  #refuse(response: ServerResponse, status: 400 | 401 | 404, message: string): void {
    this.#counts.refuse();
    sendJson(response, status, problem('invalid_request_error', message));
  }

  #countConnection(socket: Socket): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    this.#counts.connection();
  }

  #reset(response: ServerResponse): void {
    this.#counts.reset();
    this.#courses = createCourses(this.#options);
    response.writeHead(204).end();
  }
}

function createCourses({ seed, latencyScale, flapping }: LlmServerOptions): Readonly<Record<ProviderName, Course>> {
  const course = (name: ProviderName): Course => {
    const random = createRandom(seed).fork(name);
    const firstByte = createLatency(PACE_MS[name].firstByte, random.fork('first byte'));
    const delta = createLatency(PACE_MS[name].delta, random.fork('delta'));
    const { upCalls, downCalls } = flapping?.provider === name ? flapping : NEVER_DOWN;
    return {
      firstByteMs: () => firstByte() * latencyScale,
      deltaMs: () => delta() * latencyScale,
      failure: createFlapping({ seed, upCalls, downCalls }),
    };
  };
  return { fast: course('fast'), mid: course('mid'), slow: course('slow') };
}

const NEVER_DOWN = { upCalls: 1, downCalls: 0 };

/** The body's text; undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}

function readPrompt(body: string | undefined): Prompt | undefined {
  let given: unknown;
  try {
    given = JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
  const { stream, ...prompt } = (typeof given === 'object' ? (given ?? {}) : {}) as Partial<Prompt> & {
    stream?: unknown;
  };
  const { model, messages, max_tokens: tokens } = prompt;
  const good = typeof model === 'string' && Array.isArray(messages) && messages.length > 0 && stream === true;
  return good && Number.isInteger(tokens) && Number(tokens) >= 1 && Number(tokens) <= MAX_TOKENS
    ? (prompt as Prompt)
    : undefined;
}

function problem(type: string, message: string): object {
  return { type: 'error', error: { type, message } };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
