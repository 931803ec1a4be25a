import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@millrace/scripts/services';
import { withClient } from './data/index.ts';
import { spawnService } from './instances.test.scene.ts';
import { type Trial, trialEnvironment } from './trial.ts';

/** What a service writes and answers while it is told secrets, and every kind of refusal and failure comes about. */

const planted = (): string => `planted${randomBytes(16).toString('hex')}`;
/** What clients send, each where it does not belong or where it does. */
const SENT = {
  password: planted(),
  newPassword: planted(),
  ownKey: planted(),
  query: planted(),
  path: planted(),
  cookie: planted(),
  basic: planted(),
  token: planted(),
  body: planted(),
};

/** Everything that the process let out. */
interface Told {
  /** What it wrote to its log, its access log and its two streams. */
  readonly written: string;
  /** What it answered, by what was asked. */
  readonly answers: ReadonlyMap<string, string>;
  /** Secrets that it made, which their owners alone were told. */
  readonly made: readonly string[];
  readonly sent: readonly string[];
}

const random = (): string => randomBytes(32).toString('base64');

/** Whatever a service is told and whatever fails, it writes and answers no secret. */
export async function keepsSecrets(trial: Trial, mode: string): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.adopt(await mkdtemp(join(tmpdir(), 'millrace-secrets-')), (it) => rm(it, { recursive: true }));
  const [url, redis] = [new URL(await trial.createDatabase(mode)), new URL('redis://127.0.0.1')];
  redis.port = String(await freePort());
  url.password = random();
  redis.password = random();
  const secrets = {
    JWT_SECRET_KEY: random(),
    TOKEN_PEPPER: random(),
    ENCRYPTION_KEY: random(),
    EXEMPTION_KEY: random(),
  };
  const told = await tellSecrets({
    ...trialEnvironment(url.href, mode, trial.crs, trial.llm),
    ...secrets,
    REDIS_URL: redis.href,
    ACCESS_LOG: join(folder, 'access.log'),
  });
  assert.ok(told.answers.size > 20 && told.written.includes('/api/v1/auth/token'));
  assert.match(told.written, /relation .* does not exist/, 'what failed is told');
  const { crs, llm } = trial;
  const known = [...Object.values(secrets), url.password, redis.password, crs.adminSecret, llm.apiKey];
  assertUntold(told, [...known, ...told.made, ...told.sent]);
}

/** In no spelling that a log might choose. */
function assertUntold({ written, answers }: Told, secrets: readonly string[]): void {
  const spellings = secrets.flatMap((secret, index) => {
    const plain = decodeURIComponent(secret);
    return [plain, encodeURIComponent(plain), btoa(plain)].map((text) => [index, text] as const);
  });
  for (const [index, text] of spellings) {
    assert.ok(!written.includes(text), `secret ${index} is written: ${around(written, text)}`);
    for (const [asked, answer] of answers) {
      assert.ok(!answer.includes(text), `secret ${index} is answered to ${asked}: ${around(answer, text)}`);
    }
  }
}

function around(all: string, text: string): string {
  const at = all.indexOf(text);
  return all.slice(Math.max(0, at - 200), at + 100);
}

/** The service in a process of its own at its most talkative; `env` has a file for ACCESS_LOG. */
async function tellSecrets(env: Readonly<Record<string, string>>): Promise<Told> {
  const child = spawnService({ ...env, PORT: '0', LOG_LEVEL: 'trace', MILLRACE_PROOF: '1' });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(String(piece)));
  const exit = once(child, 'exit');
  try {
    const client = new Client(await addressOf(pieces, exit));
    const made = await visit(client, env.DATABASE_URL as string);
    child.kill('SIGTERM');
    await exit;
    const written = pieces.join('') + (await readFile(env.ACCESS_LOG as string, 'utf8'));
    return { written, answers: client.answers, made, sent: Object.values(SENT) };
  } finally {
    child.kill('SIGKILL');
  }
}

async function addressOf(pieces: readonly string[], exit: Promise<unknown>): Promise<string> {
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  for (let tries = 0; tries < 3_000 && !ended; tries++) {
    const url = /Server listening at (http:[^"]+)/.exec(pieces.join(''))?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return assert.fail(`it did not start: ${pieces.join('')}`);
}

interface Request {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

class Client {
  readonly answers = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(status: number, path: string, { method, token, headers = {}, body }: Request = {}): Promise<string> {
    const answer = await fetch(`${this.#url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.equal(answer.status, status, `${path}: ${text}`);
    this.answers.set(`${this.answers.size} ${path}`, `${JSON.stringify([...answer.headers])}\n${text}`);
    return text;
  }

  /** An answer that is its asker's secret is no part of what is looked through. */
  async askPrivately(status: number, path: string, request: Request): Promise<Record<string, string>> {
    const text = await this.ask(status, path, request);
    this.answers.delete([...this.answers.keys()].at(-1) as string);
    return JSON.parse(text) as Record<string, string>;
  }
}

/** Gives the secrets that the service made. */
async function visit(client: Client, databaseUrl: string): Promise<string[]> {
  const [token, user] = ['/api/v1/auth/token', { username: 'ada', email: 'ada@example.test', password: SENT.password }];
  await client.ask(201, '/api/v1/auth/register', { body: user });
  await client.ask(409, '/api/v1/auth/register', { body: user });
  const { access_token: session = '' } = await client.askPrivately(200, token, { body: { ...user, email: undefined } });
  const { apiKey = '' } = await client.askPrivately(201, '/api/v1/keys', { token: session, body: { name: 'a' } });
  await client.ask(200, '/api/v1/keys', { token: apiKey });
  await client.ask(204, '/api/v1/providers/fast/key', { method: 'PUT', token: session, body: { key: SENT.ownKey } });
  await refusals(client, session);
  const question = { model: 'swift-1', max_tokens: 5, messages: [{ role: 'user', content: 'why?' }] };
  await client.ask(403, '/v1/messages', { token: session, body: question });
  await failures(client, databaseUrl, session);
  for (const path of ['/metrics', '/internal/counters', '/health', '/health/ready']) await client.ask(200, path);
  return [session, apiKey];
}

async function refusals(client: Client, session: string): Promise<void> {
  const [token, me] = ['/api/v1/auth/token', '/api/v1/auth/me'];
  await client.ask(401, token, { body: { username: 'ada', password: SENT.newPassword } });
  await client.ask(400, token, { body: { username: 'ada', password: { [SENT.body]: SENT.body } } });
  await client.ask(400, token, { body: `{"username": "ada", "password": "${SENT.body}` });
  await client.ask(400, token, { body: SENT.body });
  await client.ask(413, token, { body: { username: 'ada', password: SENT.body.repeat(30_000) } });
  await client.ask(415, token, { body: SENT.body, headers: { 'content-type': 'text/xml' } });
  await client.ask(401, me, { token: SENT.token });
  await client.ask(401, me, { token: `${session.slice(0, -6)}AAAAAA` });
  await client.ask(401, me, { headers: { authorization: `Basic ${btoa(`ada:${SENT.basic}`)}` } });
  await client.ask(200, me, { token: session, headers: { cookie: `__Host-device=${SENT.cookie}` } });
  await client.ask(400, `/api/v1/strategies?token=${SENT.query}`, { token: session });
  await client.ask(403, '/api/v1/auth/me/password', {
    ...{ method: 'PUT', token: session },
    body: { currentPassword: SENT.body, newPassword: SENT.newPassword },
  });
  await client.ask(200, me, { token: session, headers: { 'millrace-exemption': SENT.token } });
  await client.ask(404, `/reset/${SENT.path}`);
}

/** What the database says of a statement that cannot be goes to the log. */
async function failures(client: Client, databaseUrl: string, session: string): Promise<void> {
  await withClient(databaseUrl, async (database) => {
    for (const table of ['users', 'api_keys', 'provider_keys']) {
      await database.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
    }
  });
  await client.ask(500, '/api/v1/auth/token', { body: { username: 'ada', password: SENT.password } });
  await client.ask(500, '/api/v1/keys', { token: session, body: { name: 'b' } });
  await client.ask(500, '/api/v1/providers/mid/key', { method: 'PUT', token: session, body: { key: SENT.ownKey } });
}
