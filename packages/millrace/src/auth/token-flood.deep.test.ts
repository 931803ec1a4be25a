import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSigner, createVerifier } from 'fast-jwt';
import { fastJwtVerifier } from './fast-jwt.ts';
import { createTokenCheck } from './token-check.ts';

const KEY = randomBytes(32).toString('hex');
const FLOOD = 200_000;
const GOOD = 500;
const EXP = Math.floor(Date.now() / 1_000) + 3_600;
/** Less than a tenth of what the flood's tokens take. */
const MOST_GROWTH = 4_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test('[AUTH-74] a flood of forged tokens, and of good ones of nobody known, drives out no good one and leaves nothing in memory', async () => {
  const sign = createSigner({ key: KEY, algorithm: 'HS256' });
  const check = createTokenCheck({
    verify: fastJwtVerifier(createVerifier, { key: KEY, algorithms: ['HS256'] }),
    loadIdentity: async ({ sub }) => (sub.startsWith('nobody') ? undefined : { sub }),
    maxEntries: 2 * GOOD,
    refusedTtlMs: 60_000,
  });
  const good = Array.from({ length: GOOD }, (_, each) => sign({ sub: `user ${each}`, exp: EXP }));
  for (const token of good) await check.check(token);
  const [, claims = ''] = good[0]!.split('.');
  const refused = async (token: string): Promise<void> => {
    await assert.rejects(async () => check.check(token, {}), { status: 401 });
  };
  const flood = async (times: number, from: number): Promise<void> => {
    for (let each = from; each < from + times; each++) {
      await refused(`${good[0]!.split('.')[0]}.${claims}.${randomBytes(32).toString('base64url')}`);
      if (each % 20 === 0) await refused(sign({ sub: `nobody ${each}`, exp: EXP }));
    }
  };
  await flood(5_000, 0);
  const before = heapUsed();
  await flood(FLOOD, 5_000);
  const growth = heapUsed() - before;
  assert.ok(growth < MOST_GROWTH, `${growth} bytes`);
  for (const token of good) assert.ok(!(check.check(token) instanceof Promise));
  assert.equal(check.stats().loads, GOOD + (FLOOD + 5_000) / 20);
  await check.close();
});
