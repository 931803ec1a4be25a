import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { readFindMaxRequest } from './find-max-request.ts';

test('[CLI-77] slow runs of a search are driven by one thread, fast ones by several, with the same requests', async () => {
  const asked = new Set<string>();
  const server = createServer(({ method, url, headers }, response) => {
    asked.add(`${method} ${url} ${headers.accept}`);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/items`;
    const flags = ['--url', url, '--slo', 'http.p99<200ms', '-H', 'Accept: text/csv', '--timeout', '2s'];
    const drive = (ratePerSecond: number, workers: string): Promise<readonly [number, number | undefined]> => {
      const { load, run } = readFindMaxRequest([...flags, '--workers', workers], {}).options;
      const arrivals = { kind: 'constant', ratePerSecond, durationMs: 100 } as const;
      return run({ ...load, arrivals }).then(({ total, generator }) => [total.ok, generator.workers]);
    };
    assert.deepEqual(await drive(1_000, '2'), [100, undefined]);
    assert.deepEqual(await drive(1_010, '2'), [101, 2]);
    assert.deepEqual(await drive(1_010, '1'), [101, undefined]);
    assert.deepEqual([...asked], ['GET /items text/csv']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('[CLI-77] --workers of a search is a number of threads', () => {
  const flags = ['--url', 'http://127.0.0.1:1', '--slo', 'http.p99<200ms'];
  for (const workers of ['0', '257', '1.5', 'many']) {
    assert.throws(() => readFindMaxRequest([...flags, '--workers', workers], {}), {
      code: 'MILLRACE_CLI_FLAG_INVALID',
      message: /--workers/,
    });
  }
});
