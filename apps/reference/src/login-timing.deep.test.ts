import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { createRandom, type Random } from 'millrace/core';
import { usernameOf, userPassword } from './data/index.ts';
import { startInstance } from './instances.test.scene.ts';
import { startTrial, type Trial, trialEnvironment } from './trial.ts';

/** Logins of each kind, or as many as fit into the time. */
const MOST = 10_000;
/** Users whose passwords are guessed at, and as many whom nobody knows. */
const USERS = 40;
const SHUFFLES = 2_000;
/** What nobody on a network can tell: the difference of the medians, of one login; how often the slower one is told right. */
const MOST_DIFFERENCE = 0.02;
const MOST_ADVANTAGE = 0.05;

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

for (const [scheme, forMs] of [
  ['bcrypt', 120_000],
  ['argon2id', 330_000],
] as const) {
  test(`[REF-54] ${scheme}: how long a refusal takes does not tell whether there is such a user`, async (t) => {
    const databaseUrl = await trial.createDatabase('optimised');
    await using instance = await startInstance({
      ...trialEnvironment(databaseUrl, 'optimised', trial.crs),
      ...{ PASSWORD_SCHEME: scheme, TRUSTED_PROXIES: '127.0.0.1' },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const random = createRandom(1);
    // With argon2id each hash is replaced at the first login.
    for (let user = 1; user <= USERS; user++) {
      assert.equal(await logIn(instance.url, agent, random, usernameOf(user), userPassword(user)), 200);
    }
    const pairs = await measure(instance.url, agent, random, forMs);
    agent.destroy();
    const found = judge(pairs, random);
    t.diagnostic(`measured, ${scheme}: ${pairs.length} logins of each kind; ${JSON.stringify(found)}`);
    assert.ok(pairs.length >= 100, 'too few to tell');
    assert.ok(Math.abs(found.differenceMs) <= Math.max(found.noiseMs, MOST_DIFFERENCE * found.knownP50Ms));
    assert.ok(Math.abs(found.toldRight - 0.5) <= MOST_ADVANTAGE);
  });
}

/** How long a refusal took for a user with a wrong password, and for one whom nobody knows, in milliseconds. */
type Pair = readonly [knownMs: number, unknownMs: number];

async function measure(url: string, agent: Agent, random: Random, forMs: number): Promise<readonly Pair[]> {
  const time = async (username: string): Promise<number> => {
    const began = performance.now();
    assert.equal(await logIn(url, agent, random, username, 'not the password'), 401);
    return performance.now() - began;
  };
  const pairs: Pair[] = [];
  const end = performance.now() + forMs;
  while (pairs.length < MOST && performance.now() < end) {
    const user = 1 + random.int(USERS);
    const [known, unknown] = [usernameOf(user), usernameOf(9_000 + user)];
    if (random.int(2) === 0) {
      const knownMs = await time(known);
      pairs.push([knownMs, await time(unknown)]);
    } else {
      const unknownMs = await time(unknown);
      pairs.push([await time(known), unknownMs]);
    }
  }
  return pairs;
}

/** The status of a login, from a network of its own, so that no limit comes in between. */
function logIn(url: string, agent: Agent, random: Random, username: string, password: string): Promise<number> {
  const body = JSON.stringify({ username, password });
  const address = [10, random.int(256), random.int(256), random.int(256)].join('.');
  const headers = { 'content-type': 'application/json', 'content-length': body.length, 'x-forwarded-for': address };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/v1/auth/token`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

function judge(pairs: readonly Pair[], random: Random) {
  const [known, unknown] = [pairs.map(([ms]) => ms), pairs.map(([, ms]) => ms)];
  const differenceMs = median(unknown) - median(known);
  const shuffled = Array.from({ length: SHUFFLES }, () => {
    const swapped = pairs.map((pair): Pair => (random.int(2) === 0 ? pair : [pair[1], pair[0]]));
    return Math.abs(median(swapped.map(([, ms]) => ms)) - median(swapped.map(([ms]) => ms)));
  }).sort((a, b) => a - b);
  return {
    knownP50Ms: median(known),
    unknownP50Ms: median(unknown),
    differenceMs,
    /** What swapping the kinds at random gives in all but one of a thousand cases. */
    noiseMs: shuffled[Math.ceil(SHUFFLES * 0.999) - 1] ?? 0,
    toldRight: shareSlower(unknown, known),
  };
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

/** How often one of `slow` takes longer than one of `fast`: 0.5 where nobody can tell them apart. */
function shareSlower(slow: readonly number[], fast: readonly number[]): number {
  const all = [...slow.map((ms) => ({ ms, isSlow: 1 })), ...fast.map((ms) => ({ ms, isSlow: 0 }))];
  all.sort((a, b) => a.ms - b.ms);
  const ranks = all.reduce((sum, { isSlow }, at) => sum + isSlow * (at + 1), 0);
  return (ranks - (slow.length * (slow.length + 1)) / 2) / (slow.length * fast.length);
}
