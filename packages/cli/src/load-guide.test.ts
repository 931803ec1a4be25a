import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { startIn } from './command-child.test.ts';
import { readCompareRequest } from './compare-command.ts';
import { readLoadRequest } from './load-request.ts';
import { readReportRequest } from './report-command.ts';
import { withScenario } from './scenario-file.ts';

const ROOT = new URL('../../../', import.meta.url);
const GUIDE = new URL('docs/guide/load-testing.md', ROOT);
const text = readFileSync(GUIDE, 'utf8');

/** Arguments of each `millrace load` of the guide, as a shell would split them. */
const commands = [...text.matchAll(/npx --no millrace load(?: |\n)((?:[^\n]|\n {4}(?=--))*)/g)].map(([, line = '']) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? ''),
);

test('[CLI-60] each command of the guide is read as it stands', () => {
  assert.ok(commands.length >= 8, String(commands.length));
  for (const [first = '', ...rest] of commands) {
    if (first === 'compare') readCompareRequest(rest, {});
    else if (first === 'report') readReportRequest(rest, {});
    else readLoadRequest(first === 'run' ? rest : [first, ...rest], {});
  }
});

test('[CLI-60] the first command of the guide does what the guide says of it', async () => {
  const server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [first = []] = commands;
  assert.deepEqual(first, ['--url', 'http://127.0.0.1:3000/report']);
  const { maxConnections, model } = await withScenario(readLoadRequest(first, {}).plan);
  assert.deepEqual([maxConnections, model], [10, { kind: 'closed', durationMs: 10_000 }]);
  const url = `http://127.0.0.1:${port}/report`;
  const { code, stdout } = await startIn(tmpdir(), ['load', '--url', url, '-d', '300ms']).ended;
  server.close();
  assert.ok(code === 0 || code === 4, stdout);
  assert.match(stdout, /GET \/report[\s\S]*first byte[\s\S]*Note: without a rate/);
});

test('[CLI-60] the exit codes of the guide are those of the help, and what it links to is there', () => {
  const codes = [...text.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => code);
  assert.deepEqual(codes, ['0', '2', '3', '4', '6', '130']);
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  assert.ok(links.length >= 3);
  const inTree = links.filter((link) => !link.startsWith('https://'));
  for (const link of inTree) assert.ok(existsSync(new URL(link, GUIDE)), link);
});

test('[CLI-60] the scenario of the guide is the whole file that it names, which is the one that is run', () => {
  const snippets = [...text.matchAll(/<!-- from (\S+) -->\n```ts\n([\s\S]*?)```/g)];
  assert.equal(snippets.length, text.match(/^```ts$/gm)?.length);
  for (const [, file = '', snippet = ''] of snippets) {
    assert.equal(snippet, readFileSync(new URL(file, ROOT), 'utf8'), file);
  }
  assert.ok(commands.some(([run, file]) => run === 'run' && file === snippets[0]?.[1]));
});
