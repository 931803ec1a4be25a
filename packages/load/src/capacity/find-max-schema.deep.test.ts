import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { runLoad } from '../run/index.ts';
import { defineScenario } from '../scenario/index.ts';
import { type FindMaxOptions, type FoundMax, findMax } from './find-max.ts';

const SCHEMA = readFileSync(new URL('../../schemas/find-max.schema.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(SCHEMA) as object);

const scenario = defineScenario<unknown>({
  ...{ name: 'GET /', users: 1, createUser: () => undefined },
  steps: [{ name: 'GET /', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

/** Searches a service in this process, by real runs. */
async function search(answer: RequestListener, more: Partial<FindMaxOptions> = {}): Promise<FoundMax> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await findMax({
      ...{ load: { target, scenario, seed: 1 }, slo: { p99Ms: 1_000, errorShare: 0.001 }, precision: 1 },
      ...{ fromPerSecond: 100, toPerSecond: 100, stepMs: 100, run: runLoad },
      ...more,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test('[CAP-35] what real searches found, met, missed or stopped, is as its schema says, and nothing else passes', async () => {
  const found = [
    await search((_request, response) => void response.end('ok')),
    await search((_request, response) => void response.writeHead(503).end()),
    await search((_request, response) => void response.end('ok'), { signal: AbortSignal.abort() }),
  ];
  for (const one of found) {
    const written = JSON.parse(JSON.stringify(one)) as FoundMax;
    assert.ok(validate(written), JSON.stringify(validate.errors));
    assert.deepEqual(written, one, 'survives JSON: no NaN, no undefined');
    for (const key of Object.keys(written)) assert.ok(!validate({ ...written, [key]: undefined }), key);
    assert.ok(!validate({ ...written, more: 1 }));
  }
  assert.deepEqual(
    found.map(({ steps }) => steps.length > 0),
    [true, true, false],
  );
});
