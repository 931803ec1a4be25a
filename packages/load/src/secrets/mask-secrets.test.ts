import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { maskSecrets } from './mask-secrets.ts';

/** In two parts, so that no search for secrets takes it for one. */
const WORD = `hun${'ter2'}`;

test('[SECRET-1] hard case 21: addresses, parameters and fields are printed without their secrets', () => {
  const masked: Record<string, string> = {
    [`--url is "http://user:${WORD}@host/x"; give`]: '--url is "http://***@host/x"; give',
    [`http://user:p@ss${WORD}@host`]: 'http://***@host',
    [`GET /a?page=2&access_token=${WORD}&x=1`]: 'GET /a?page=2&access_token=***&x=1',
    [`GET /a?API-Key=${WORD}`]: 'GET /a?API-Key=***',
    ...Object.fromEntries(
      ['jwt', 'session', 'sid', 'access_key', 'subscription-key', 'AWSAccessKeyId'].map((name) => [
        `GET /a?${name}=${WORD}&x=1`,
        `GET /a?${name}=***&x=1`,
      ]),
    ),
    [`Authorization: Bearer ${WORD}`]: 'Authorization: ***',
    [`x-api-key:${WORD}`]: 'x-api-key:***',
    [`Subscription-Key: ${WORD}`]: 'Subscription-Key: ***',
    [`Cookie: a=1; session=${WORD}`]: 'Cookie: ***',
  };
  for (const [text, says] of Object.entries(masked)) assert.equal(maskSecrets(text), says);
});

test('[SECRET-3] quoted fields and what looks like a token are masked wherever they stand', () => {
  const jwt = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":1}').toString('base64url')}.x`;
  const masked: Record<string, string> = {
    [`Unexpected token in {"access_token":"${WORD}","id":7}`]: 'Unexpected token in {"access_token":"***","id":7}',
    [`{'password': '${WORD}'}`]: "{'password': '***'}",
    [`refused bearer ${WORD}.${WORD}= there`]: 'refused bearer *** there',
    [`got ${jwt} instead`]: 'got *** instead',
  };
  for (const [text, says] of Object.entries(masked)) assert.equal(maskSecrets(text), says);
  for (const text of ['the bearer is late', 'token', 'eyJust.a.name']) assert.equal(maskSecrets(text), text);
});

test('[SECRET-1] what holds no secret stays as it is', () => {
  for (const text of ['GET /orders?page=2', 'http://127.0.0.1:3000/a@b', 'http.p99<200', 'accept: application/json'])
    assert.equal(maskSecrets(text), text);
});

test('[SECRET-1] whatever the user and the word are, neither is printed', () => {
  const { seed = 1 } = propertySeed();
  const random = createRandom(seed);
  const letters = 'abcXYZ019-._~!$&()*+,;=%:@';
  const part = (): string =>
    Array.from({ length: 1 + random.int(12) }, () => letters[random.int(letters.length)]).join('');
  for (let i = 0; i < 500; i++) {
    const said = `--url is "http://${part()}:${part()}@127.0.0.1/"`;
    assert.equal(maskSecrets(said), '--url is "http://***@127.0.0.1/"', `${said}, seed ${seed}`);
  }
});
