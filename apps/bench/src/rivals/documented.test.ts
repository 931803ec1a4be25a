import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

test('[BENCH-24] the page about other caches names the versions that are tested', () => {
  const { devDependencies } = JSON.parse(read('../../package.json')) as { devDependencies: Record<string, string> };
  const page = read('../../../../docs/reference/cache-peers.md');
  const named = page.matchAll(/([\w@/-]+) (\d+\.\d+\.\d+)/g).map(([, name = '', version]) => [name, version] as const);
  const versions = new Map(named);
  assert.equal(versions.size, 5);
  for (const [name, version] of versions) assert.equal(version, devDependencies[name], name);
});
