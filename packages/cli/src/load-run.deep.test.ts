import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { startIn } from './command-child.test.ts';

test('[CLI-47] where no terminal is a run says a line every five seconds', async () => {
  const server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const args = ['load', '--url', `http://127.0.0.1:${port}`, '-R', '100', '-d', '5500ms'];
  const { stderr } = await startIn(tmpdir(), args).ended;
  server.close();
  assert.match(stderr, /^ 0:05 {2}\d+ sent, \d+\/s answered, 0 failed; last \d s {2}P50 \S+ · P95 \S+ · P99 .*ms\n$/);
});
