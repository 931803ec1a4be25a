import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lock, missingPackages, toEntry } from './lock-platforms.ts';
import { readJson } from './tree.ts';

const LOCK = readJson<Lock>('package-lock.json');

test('[VERIFY-17] the platform that a name states is the one that the registry states', () => {
  let compared = 0;
  for (const [place, { version = '', os, cpu, libc }] of Object.entries(LOCK.packages)) {
    if (!os || !cpu) continue;
    const name = place.slice('node_modules/'.length);
    const entry = toEntry({ parent: '', dev: false, name, range: version, place });
    assert.deepEqual({ os: entry.os, cpu: entry.cpu }, { os: [os].flat(), cpu: [cpu].flat() }, name);
    if (entry.libc) assert.deepEqual(entry.libc, [libc].flat(), name);
    compared += 1;
  }
  assert.ok(compared > 30, `only ${compared} packages compared`);
});

test('[VERIFY-17] an entry counts where Node looks for it, nearest first', () => {
  const parent = { optionalDependencies: { '@p/linux-x64': '1.0.0' } };
  const missing = (...places: string[]): string[] =>
    missingPackages({
      packages: { 'node_modules/a/node_modules/@s/b': parent, ...Object.fromEntries(places.map((it) => [it, {}])) },
    }).map(({ place }) => place);
  assert.deepEqual(missing('node_modules/a/node_modules/@s/b/node_modules/@p/linux-x64'), []);
  assert.deepEqual(missing('node_modules/a/node_modules/@p/linux-x64'), []);
  assert.deepEqual(missing('node_modules/@p/linux-x64'), []);
  assert.deepEqual(missing('node_modules/c/node_modules/@p/linux-x64'), ['node_modules/@p/linux-x64']);
});

test('[VERIFY-17] a workspace finds its own packages and those of the root', () => {
  const packages = { 'apps/x': { optionalDependencies: { p: '1.0.0' } } };
  assert.equal(missingPackages({ packages }).length, 1);
  assert.equal(missingPackages({ packages: { ...packages, 'apps/x/node_modules/p': {} } }).length, 0);
  assert.equal(missingPackages({ packages: { ...packages, 'node_modules/p': {} } }).length, 0);
});

test('[VERIFY-17] a range that is no version is refused', () => {
  assert.throws(
    () => toEntry({ parent: 'a', dev: false, name: 'p', range: '^1.0.0', place: 'node_modules/p' }),
    /p@\^1\.0\.0: no exact version/,
  );
});
