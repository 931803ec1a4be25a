import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Counters } from '../counters.ts';
import { createAsynchronousLog } from './asynchronous-log.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-log-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('[REF-144] lines that wait when the log closes are written; later ones are lost, and counted', async () => {
  const file = join(folder, 'closing.log');
  const counters = new Counters();
  const log = createAsynchronousLog(openSync(file, 'a'), counters);
  // Long enough that the first write is still under way when the turn of the event loop that gathers lines comes.
  const lines = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(40_000)}`);
  for (const line of lines) log.write(line);
  const closed = log.close();
  log.write('too late');
  await closed;
  log.write('later still');
  assert.deepEqual((await readFile(file, 'utf8')).split('\n'), [...lines, '']);
  assert.equal(counters.get('lostLogLines'), 2);
});
