import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveArm } from '@millrace/load/prove';
import { proof } from '../../prove.ts';
import { usernameOf, userPassword } from '../data/index.ts';

const LIMIT_MS = 60_000;

test('[PROOF-20] users log in to the arm with argon2id, and each login is one hash', async () => {
  const stop = new AbortController();
  const limit = AbortSignal.any([stop.signal, AbortSignal.timeout(LIMIT_MS)]);
  let looked: Promise<void> = Promise.reject(new Error('it was never ready'));
  looked.catch(() => {});
  const look = async (baseUrl: string): Promise<void> => {
    try {
      const before = await hashesOf(baseUrl);
      for (let user = 1; user <= 8; user++) assert.equal(await logIn(baseUrl, user, userPassword(user)), 200);
      assert.equal(await logIn(baseUrl, 1, userPassword(2)), 401);
      assert.equal((await hashesOf(baseUrl)) - before, 9);
    } finally {
      stop.abort();
    }
  };
  await serveArm(proof, 'argon2id', {
    ...{ tier: 'quick', signal: limit },
    onReady: ({ baseUrl }) => {
      looked = look(baseUrl);
    },
  });
  await looked;
});

async function logIn(baseUrl: string, user: number, password: string): Promise<number> {
  const body = new URLSearchParams({ username: usernameOf(user), password });
  return (await fetch(`${baseUrl}/api/v1/auth/token`, { method: 'POST', body })).status;
}

async function hashesOf(baseUrl: string): Promise<number> {
  const answer = (await (await fetch(`${baseUrl}/internal/counters`)).json()) as {
    counters: { pooledHashes: number };
  };
  return answer.counters.pooledHashes;
}
