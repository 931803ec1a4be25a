import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MillraceError } from '../core/index.ts';
import { reasonOf, toRedisError } from './link-error.ts';

class ErrorReply extends Error {}
class SimpleError extends ErrorReply {}

function codeOf(error: unknown): string {
  return (toRedisError('GET', error) as MillraceError).code;
}

test('[REDIS-5] a refusal is told by its first word, whatever follows it', () => {
  for (const [said, kind] of [
    ['WRONGTYPE Operation against user:7', 'WRONGTYPE'],
    ['OOM command not allowed', 'OOM'],
    ['secret without a word', 'ERR'],
    ['', 'ERR'],
  ] as const) {
    const refused = toRedisError('GET', new SimpleError(said)) as MillraceError;
    assert.equal(refused.code, 'MILLRACE_REDIS_REFUSED');
    assert.deepEqual(refused.context, { command: 'GET', kind });
    assert.doesNotMatch(JSON.stringify([refused.message, refused.stack, refused.cause ?? '']), /user:7|secret/);
  }
});

test('[REDIS-5] why a connection failed is one word of the system or the server, never an address', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:6379'), { code: 'ECONNREFUSED' });
  assert.equal(reasonOf(refused), 'ECONNREFUSED');
  assert.equal(reasonOf(new Error('Master Client (10.1.2.3:6379): …', { cause: refused })), 'ECONNREFUSED');
  assert.equal(reasonOf(new Error('WRONGPASS invalid username-password pair')), 'WRONGPASS');
  assert.equal(reasonOf(new Error('connection to 10.1.2.3 closed')), 'closed');
  assert.equal(reasonOf('10.1.2.3'), 'unknown');
  const lost = toRedisError('GET', refused) as MillraceError;
  assert.doesNotMatch(JSON.stringify([lost.message, lost.stack, lost.cause ?? '']), /10\.1\.2\.3/);
});

test('[REDIS-4] only what was surely not sent is called so', () => {
  const unsent = [
    'The client is offline',
    'The client is closed',
    'The queue is full',
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Cluster isn't ready and enableOfflineQueue options is false",
  ];
  for (const message of unsent) assert.equal(codeOf(new Error(message)), 'MILLRACE_REDIS_NOT_READY');
  const unknown = ['Connection is closed.', 'Socket closed unexpectedly', 'Disconnects client', ''];
  for (const message of unknown) assert.equal(codeOf(new Error(message)), 'MILLRACE_REDIS_LOST');
});
