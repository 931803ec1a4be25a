import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FRAMEWORKS, tryOut } from './frameworks.test.model.ts';

const NODE_24 = fileURLToPath(
  new URL(`../../scripts/node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url),
);
const skip = !existsSync(NODE_24) && 'no Node 24 is installed for this platform';

for (const framework of FRAMEWORKS) {
  test(`[FRAMES-1] ${framework} on Node 24`, { skip }, () => tryOut(framework, NODE_24));
}
