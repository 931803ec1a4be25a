import assert from 'node:assert/strict';
import type { Service } from './service.ts';
import { bearer } from './sessions.test.scene.ts';
import { trialBearer } from './trial.ts';

const KEYS = '/api/v1/keys';

/** A key just made, as its owner is told. */
export interface MadeKey {
  readonly id: number;
  readonly apiKey: string;
}

export async function makeKey({ app }: Service, userId: number, more: object = {}): Promise<MadeKey> {
  const headers = bearer(trialBearer(userId));
  const answer = await app.inject({ method: 'POST', url: KEYS, headers, payload: { name: 'of a test', ...more } });
  assert.equal(answer.statusCode, 201, answer.body);
  assert.equal(answer.headers['cache-control'], 'no-store');
  return answer.json() as MadeKey;
}

export async function revokeKey({ app }: Service, userId: number, id: number): Promise<number> {
  return (await app.inject({ method: 'DELETE', url: `${KEYS}/${id}`, headers: bearer(trialBearer(userId)) }))
    .statusCode;
}
