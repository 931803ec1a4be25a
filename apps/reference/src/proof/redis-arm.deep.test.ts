import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveArm } from '@millrace/load/prove';
import { proof } from '../../prove.ts';

const LIMIT_MS = 60_000;

test('[PROOF-17] the arm with Redis shares each of its caches, the one without shares none', async (t) => {
  const arm = proof.arms.find(({ id }) => id === 'redis');
  if (arm?.unavailable !== undefined) return t.skip('no Redis');
  for (const [id, states] of [
    ['redis', ['1', '1', '1']],
    ['optimised', []],
  ] as const) {
    const stop = new AbortController();
    const limit = AbortSignal.any([stop.signal, AbortSignal.timeout(LIMIT_MS)]);
    let looked: Promise<void> = Promise.reject(new Error('it was never ready'));
    looked.catch(() => {});
    const look = async (baseUrl: string): Promise<void> => {
      try {
        for (let seen: string[] = [], tries = 0; seen.join() !== states.join() || tries === 0; tries++) {
          assert.ok(tries < 500, `${id}: ${seen.join()}`);
          const text = await (await fetch(`${baseUrl}/metrics`)).text();
          seen = [...text.matchAll(/^cache_shared\{cache="[^"]+"\} (\d)$/gm)].map(([, state = '']) => state);
        }
      } finally {
        stop.abort();
      }
    };
    await serveArm(proof, id, {
      ...{ tier: 'quick', signal: limit },
      onReady: ({ baseUrl }) => {
        looked = look(baseUrl);
      },
    });
    await looked;
  }
});
