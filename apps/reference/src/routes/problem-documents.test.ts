import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { DatabaseError } from 'pg';
import { registerProblemDocuments } from './problem-documents.ts';

test('[REF-103] what Postgres undid because of its time or of others is worth another try', async () => {
  await using app = fastify();
  registerProblemDocuments(app);
  app.get('/:code', async ({ params }) => {
    throw Object.assign(new DatabaseError('on purpose', 0, 'error'), params);
  });
  const answers: unknown[] = [];
  for (const code of ['57014', '40P01', '40001', '42601', '22003']) {
    const { statusCode, headers, body } = await app.inject(`/${code}`);
    assert.ok(!body.includes('on purpose'), body);
    answers.push([statusCode, headers['retry-after']]);
  }
  assert.deepEqual(answers, [
    [503, '1'],
    [503, '1'],
    [503, '1'],
    [500, undefined],
    [400, undefined],
  ]);
});
