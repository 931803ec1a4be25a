import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '@millrace/load';
import { scenario } from './shop.ts';

const SERVICE = new URL('./serve.ts', import.meta.url).pathname;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

test('[GUIDE-7] the scenario of the guide runs against the service', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'order-load-'));
  const port = await freePort();
  const target = `http://127.0.0.1:${port}`;
  const env = { ...process.env, TMPDIR: folder, PORT: String(port) };
  const service = spawn(process.execPath, ['--conditions=millrace-source', SERVICE], { env, stdio: 'ignore' });
  try {
    const isReady = (): Promise<boolean> =>
      fetch(`${target}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let tries = 0; tries < 200 && !(await isReady()); tries++) await sleep(50);
    const arrivals = { kind: 'constant', ratePerSecond: 40, durationMs: 1_000 } as const;
    const { flows, checks, total } = await runLoad({ target, scenario, arrivals, seed: 1 });
    assert.deepEqual(Object.keys(flows ?? {}).toSorted(), ['buy', 'look']);
    for (const { failed } of Object.values(flows ?? {})) assert.equal(failed, 0);
    assert.deepEqual([checks?.[0]?.failed, total.errors], [0, {}]);
  } finally {
    service.kill();
    if (service.exitCode === null) await once(service, 'exit');
    await rm(folder, { recursive: true });
  }
});
