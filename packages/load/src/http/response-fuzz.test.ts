import { test } from 'node:test';
import { checkAsNodeSeesIt, checkCutAnywhere } from './mutated-responses.test.ts';

test('[LOAD-20] mutated responses: the same outcome wherever the stream is cut', () => checkCutAnywhere(3_000));

test("[LOAD-21] mutated responses: as Node's parser sees them, but for the differences that the corpus states", () =>
  checkAsNodeSeesIt(2_000));
