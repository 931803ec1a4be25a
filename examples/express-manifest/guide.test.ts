import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { prove } from '@millrace/load/prove';
import { proof } from './prove.ts';

const ROOT = new URL('../../', import.meta.url);
const GUIDE = new URL('docs/guide/your-service.md', ROOT);

const text = readFileSync(GUIDE, 'utf8');

test('[GUIDE-1] each snippet is text of the file that it names', () => {
  const snippets = [...text.matchAll(/<!-- from (\S+) -->\n```ts\n([\s\S]*?)```/g)];
  assert.ok(snippets.length >= 10);
  assert.equal(snippets.length, text.match(/^```ts$/gm)?.length, 'a snippet that names no file');
  for (const [, file = '', snippet = ''] of snippets) {
    const source = readFileSync(new URL(file, ROOT), 'utf8');
    assert.ok(source.includes(snippet), `not in ${file}:\n${snippet}`);
  }
});

test('[GUIDE-1] what the guide links to is there', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(existsSync(new URL(link, GUIDE)), link);
});

test('[GUIDE-8] every figure of an ablation is named', async () => {
  const ablation = { id: 'x', label: 'x', scenario: 'shop', row: 'report', figure: 'none' as 'meanMs' };
  const refused = await prove({ ...proof, scenarios: ['shop'], ablations: [ablation] }).catch((error: Error) => error);
  const [, figures = ''] = /there are (.*)/.exec((refused as Error).message) ?? [];
  assert.ok(figures.split(', ').length >= 5, figures);
  for (const figure of figures.split(', ')) assert.ok(text.includes(`\`${figure}\``), figure);
});
