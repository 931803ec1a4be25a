import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FRAMEWORKS, tryOut } from './frameworks.test.model.ts';

const ROOT = new URL('../../', import.meta.url);

for (const framework of FRAMEWORKS) {
  test(`[FRAMES-1] ${framework}: it starts, knows its user, refuses others, and limits`, () =>
    tryOut(framework, process.execPath));
}

test('[FRAMES-2] each snippet of the guides is text of the file that it names', () => {
  const shown = new Set<string>();
  for (const guide of ['docs/guide/auth.md', 'docs/guide/rate-limits.md']) {
    const text = readFileSync(new URL(guide, ROOT), 'utf8');
    for (const [, file = '', snippet = ''] of text.matchAll(/<!-- from (\S+) -->\n```ts\n([\s\S]*?)```/g)) {
      assert.ok(readFileSync(new URL(file, ROOT), 'utf8').includes(snippet), `not in ${file}:\n${snippet}`);
      shown.add(file);
    }
  }
  for (const file of ['fastify', 'express', 'hono', 'route']) {
    assert.ok(shown.has(`examples/frameworks/${file}.ts`), `no guide shows ${file}.ts`);
  }
});
