import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { oldNode } from './node-version.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

test('[CLI-26] an old Node is refused in one line, by the version that the package asks for', () => {
  const { engines } = JSON.parse(read('../package.json')) as { engines: { node: string } };
  const least = engines.node.replace('>=', '');
  assert.equal(oldNode('20.19.0'), `millrace: needs Node ${least} or newer, this is 20.19.0; install a newer Node`);
  for (const version of ['18.0.0', '22.22.0', '24.11.1']) assert.match(oldNode(version) ?? '', /needs Node/);
  for (const version of [`${least}.0`, '24.13.1', '25.0.0', '26.10.0']) assert.equal(oldNode(version), undefined);
});

test('[CLI-26] nothing else is loaded before the version is known', () => {
  const imports = (file: string): (string | undefined)[] =>
    [...read(file).matchAll(/^(?:import|export)[^\n]* from '(.*)';$/gm)].map(([, module]) => module);
  assert.deepEqual(imports('./main.ts'), ['./node-version.ts']);
  assert.deepEqual(imports('./node-version.ts'), []);
});
