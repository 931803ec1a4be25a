import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsUndiciSeesIt } from './mutated-responses.test.ts';
import { CORPUS } from './response-corpus.test.ts';
import { latin1, scan } from './scan-outcome.test.ts';
import { parseByUndici } from './undici-parser.test.ts';

/** Where undici is known to see a response of the corpus otherwise than both the scanner and Node, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  'space around the length': 'takes trailing space for a part of the length, which RFC 9110 section 5.5 excludes',
  'empty coding': 'lets an empty transfer coding pass',
  '100 first': 'refuses a 100 that it has not asked for; RFC 9110 section 15.2 has a client take it',
  'bytes after the body': 'hands out the answer first',
  'body after HEAD': 'hands out the answer first',
  'body after 204': 'hands out the answer first',
};
/** Where it agrees with the scanner though Node does not. */
const AGREES: ReadonlySet<string> = new Set(['101 without Upgrade', 'status below 100']);

for (const { name, method = 'GET', bytes: text, nodeDiffers } of CORPUS) {
  const why = AGREES.has(name) ? undefined : (DIFFERS[name] ?? nodeDiffers);

  test(`[LOAD-28] ${name}: ${why === undefined ? 'as undici sees it, wherever it is cut' : `undici ${why}`}`, async () => {
    const bytes = latin1(text);
    const ours = scan([bytes], method);
    if (why !== undefined) {
      assert.notDeepEqual(await parseByUndici([bytes], method), ours);
      return;
    }
    const cuts = Array.from({ length: bytes.length }, (_, cut) => [bytes.subarray(0, cut), bytes.subarray(cut)]);
    const seen = await Promise.all(cuts.map((pieces) => parseByUndici(pieces, method)));
    for (const [cut, theirs] of seen.entries()) assert.deepEqual(theirs, ours, `cut at ${cut}`);
  });
}

test('[LOAD-28] mutated responses: as undici sees them, but for the differences that the corpus states', () =>
  checkAsUndiciSeesIt(1_000));
