import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../../', import.meta.url));

test('[LOAD-156] the table of hard cases has each of them once, with rules that there are', () => {
  const specs = globSync('{load,cli}/{SPEC.md,src/**/SPEC.md}', { cwd: PACKAGES });
  const texts = specs.map((spec) => readFileSync(`${PACKAGES}${spec}`, 'utf8')).join('\n');
  const rules = new Set([...texts.matchAll(/^- \*\*([A-Z]+-\d+)\*\* /gm)].map(([, id]) => id));
  const rows = readFileSync(`${PACKAGES}load/SPEC.md`, 'utf8').matchAll(/^\| (\d+) \|(.*)\|$/gm);
  const cases = [...rows].map(
    ([, number, row = '']) => [Number(number), row.split('|')[1]?.match(/[A-Z]+-\d+/g)] as const,
  );
  assert.deepEqual(
    cases.map(([number]) => number),
    Array.from({ length: 22 }, (_, i) => i + 1),
  );
  for (const [number, ids] of cases) {
    assert.ok(ids && ids.length > 0, `case ${number}`);
    for (const id of ids) assert.ok(rules.has(id), `${id} of case ${number}`);
  }
});
