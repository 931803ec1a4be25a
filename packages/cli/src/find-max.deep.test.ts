import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { findMax, parseSlo } from '@millrace/load';
import { readFindMaxRequest } from './find-max-request.ts';

/** A token bucket on a thread of its own: so many answers a second, all else is refused at once. */
const BUCKET = `
const { createServer } = require('node:http');
const { parentPort, workerData: perSecond } = require('node:worker_threads');
const most = perSecond / 50;
let tokens = most;
let at = performance.now();
const server = createServer((request, response) => {
  const now = performance.now();
  tokens = Math.min(most, tokens + ((now - at) * perSecond) / 1000);
  at = now;
  response.statusCode = tokens >= 1 ? 200 : 429;
  if (tokens >= 1) tokens -= 1;
  response.end();
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('[CLI-72] the limit of a token bucket is found within 5 %, in no more than 90 s', async (t) => {
  const limit = 700;
  const worker = new Worker(BUCKET, { eval: true, workerData: limit });
  t.after(() => worker.terminate());
  const [port] = (await once(worker, 'message', { signal: AbortSignal.timeout(10_000) })) as [number];
  const { options } = readFindMaxRequest(['--url', `http://127.0.0.1:${port}/`, '--slo', 'http.p99<100ms'], {});
  assert.deepEqual(options.slo, parseSlo('http.p99<100ms,errors<0.1%'));
  const startedAt = performance.now();
  const { perSecond, bound, limitedBy, steps } = await findMax(options);
  const seconds = (performance.now() - startedAt) / 1_000;
  const what = `${perSecond}/s by ${limitedBy} after ${seconds} s: ${JSON.stringify(steps)}`;
  assert.ok(bound === 'exact' && perSecond !== null, what);
  assert.ok(Math.abs(perSecond / limit - 1) <= 0.05, what);
  assert.ok(seconds <= 90, what);
});
