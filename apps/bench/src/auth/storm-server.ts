import { type Argon2Parameters, argon2, argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt';
import Fastify from 'fastify';
import { createHashGate } from 'millrace/auth';
import { ownMemory } from '../load/settled-memory.ts';
import { percentile } from '../percentile.ts';
import type { Storm } from './storm.ts';

/*
 * A service at which a hundred log in at once, all the time: `storm-server.ts ARM`. `/` is another of its routes;
 * `/storm?forMs=…` is the storm, and answers what the rest of the process felt of it.
 */

const LOGINS = 100;
const PROBE_EVERY_MS = 5;
const PASSWORD = 'correct horse battery staple';
/** What one hash costs in each of them: argon2id by OWASP's first choice. */
const [MEMORY_KIB, PASSES, BCRYPT_COST] = [19_456, 2, 10];

type Login = () => Promise<boolean>;

const ARMS: Readonly<Record<string, () => Promise<Login>>> = {
  /** The gate, with one thread a core, and with room for everybody, so that as many are hashed as can be. */
  async gate() {
    const options = { threads: availableParallelism(), maxQueue: LOGINS, deadlineMs: 60_000 };
    const gate = createHashGate({ ...options, target: { memoryKiB: MEMORY_KIB, passes: PASSES, lanes: 1 } });
    const stored = await gate.hash(PASSWORD);
    return () => gate.verify(PASSWORD, stored);
  },
  /** Node's own, as its documentation says. */
  async ungated() {
    const cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: 1, tagLength: 32 };
    const parameters: Argon2Parameters = { message: PASSWORD, nonce: randomBytes(16), ...cost };
    const [derive, stored] = [promisify(argon2), argon2Sync('argon2id', parameters)];
    return async () => timingSafeEqual(await derive('argon2id', parameters), stored);
  },
  async bcrypt() {
    const stored = await bcryptHash(PASSWORD, { cost: BCRYPT_COST });
    return () => bcryptVerify(PASSWORD, stored);
  },
};

const login = await ARMS[process.argv[2] ?? '']!();
if (!(await login())) throw new Error('the password does not match');

/** How long each of these takes while `storm` lasts, one after the other, in milliseconds. */
async function probe(storm: AbortSignal, what: () => Promise<unknown>): Promise<readonly number[]> {
  const tookMs: number[] = [];
  while (!storm.aborted) {
    const began = performance.now();
    await what();
    tookMs.push(performance.now() - began);
    await sleep(PROBE_EVERY_MS);
  }
  return tookMs;
}

/** The most that the process holds, beyond what it held, while `storm` lasts. */
async function growth(storm: AbortSignal): Promise<number> {
  const before = ownMemory();
  let most = before;
  while (!storm.aborted) {
    await sleep(PROBE_EVERY_MS);
    most = Math.max(most, ownMemory());
  }
  return most - before;
}

/** Starts logins, a hundred at a time, and gives how many are done by the end of `storm`, which those under way do not hold up. */
function startLogins(storm: AbortSignal): () => Promise<number> {
  let done = 0;
  const one = async (): Promise<void> => {
    while (!storm.aborted) {
      if (!(await login())) throw new Error('the password did not match');
      if (!storm.aborted) done++;
    }
  };
  const failed = Promise.race(Array.from({ length: LOGINS }, one));
  return async () => {
    await Promise.race([failed, sleep(0)]);
    return done;
  };
}

async function storm(forMs: number): Promise<Storm> {
  const over = AbortSignal.timeout(forMs);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const probed = Promise.all([
    probe(over, () => stat(import.meta.filename)),
    probe(over, () => lookup('localhost')),
    growth(over),
  ]);
  const loggedIn = startLogins(over);
  const [fs, dns, bytes] = await probed;
  loop.disable();
  const p99 = { loop: loop.percentile(99) / 1e6, fs: percentile(fs, 0.99), dns: percentile(dns, 0.99) };
  return { perSecond: (1e3 * (await loggedIn())) / forMs, p99, megabytes: bytes / 1e6 };
}

const app = Fastify();
app.get('/', () => ({ up: true }));
app.get<{ Querystring: { forMs: string } }>('/storm', ({ query }) => storm(Number(query.forMs)));
console.log(JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }));
process.stdin.on('end', () => process.exit()).resume();
