import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Feeder, type FeedOptions, feedList } from './feeder.ts';
import { feedCsv, feedJson } from './file-feeders.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-feeder-'));
});
after(() => rm(folder, { recursive: true }));

async function rowsOf<Row>(
  name: string,
  content: string,
  feed: (file: string) => Feeder<Row>,
): Promise<readonly Row[]> {
  const file = join(folder, name);
  await writeFile(file, content);
  return feed(file).load();
}

test('[FEEDER-1] CSV with quotes, line ends of either kind, a mark and empty lines', async () => {
  const text = '\ufeffname,note\r\nAda,"says ""hi"",\nand leaves"\r\n\r\nGrace,\n';
  assert.deepEqual(await rowsOf('good.csv', text, (file) => feedCsv(file)), [
    { name: 'Ada', note: 'says "hi",\nand leaves' },
    { name: 'Grace', note: '' },
  ]);
  const semicolons = await rowsOf('semi.csv', 'a;b\n1;2\n', (file) => feedCsv(file, { delimiter: ';' }));
  assert.deepEqual(semicolons, [{ a: '1', b: '2' }]);
});

test('[FEEDER-2] JSON as an array or line by line, by path or by URL', async () => {
  assert.deepEqual(await rowsOf('a.json', '[1, {"b": 2}]', (file) => feedJson(file)), [1, { b: 2 }]);
  const lines = await rowsOf('a.ndjson', '1\n\n{"b":2}\n', (file) => feedJson(pathToFileURL(file)));
  assert.deepEqual(lines, [1, { b: 2 }]);
  assert.deepEqual(await rowsOf('mark.json', '\ufeff[1]', (file) => feedJson(file)), [1]);
});

test('[FEEDER-3] what cannot be read is refused by its own code, when it is loaded', async () => {
  const missing = feedCsv(join(folder, 'missing.csv'));
  await assert.rejects(missing.load(), { code: 'MILLRACE_FEEDER_FILE_UNREADABLE', message: /missing\.csv.*ENOENT/ });
  await assert.rejects(feedJson(folder).load(), { code: 'MILLRACE_FEEDER_FILE_UNREADABLE', message: /EISDIR/ });
  const invalid = { code: 'MILLRACE_FEEDER_FILE_INVALID' };
  await assert.rejects(
    rowsOf('bad.csv', 'a,b\n1,2,3\n', (file) => feedCsv(file)),
    { ...invalid, message: /bad\.csv.*line 2/ },
  );
  await assert.rejects(
    rowsOf('bad.json', '{"a": 1}', (file) => feedJson(file)),
    { ...invalid, message: /no array/ },
  );
  await assert.rejects(
    rowsOf('bad.jsonl', '1\n{', (file) => feedJson(file)),
    { ...invalid, message: /line 2/ },
  );
  await assert.rejects(
    rowsOf('long.json', '[1, 2]', (file) => feedJson(file, { maxBytes: 5 })),
    { code: 'MILLRACE_FEEDER_FILE_TOO_LARGE' },
  );
});

test('[FEEDER-3] a file without a size is bounded too', { skip: process.platform !== 'linux' }, async () => {
  const large = { code: 'MILLRACE_FEEDER_FILE_TOO_LARGE' };
  await assert.rejects(feedCsv('/proc/self/status', { maxBytes: 5 }).load(), large);
});

test('[FEEDER-10] what is wrong in a file is told without what is in it', async () => {
  for (const name of ['secret.json', 'secret.ndjson']) {
    const error = await rowsOf(name, '[{"password": "hunter2", oops}]', (file) => feedJson(file)).catch((e) => e);
    assert.equal(error.code, 'MILLRACE_FEEDER_FILE_INVALID');
    assert.doesNotMatch(`${error.message}${error.cause}`, /hunter2|oops/);
  }
});

test('[FEEDER-9] bad options are refused', () => {
  assert.throws(() => feedList([], { strategy: 'some' } as unknown as FeedOptions), {
    code: 'MILLRACE_LOAD_OPTION_INVALID',
  });
  assert.throws(() => feedCsv('x', { maxBytes: 0 }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  assert.throws(() => feedJson('x', { max: 1 } as FeedOptions), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
