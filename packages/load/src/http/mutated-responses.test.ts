import assert from 'node:assert/strict';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { type Outcome, parseByNode } from './node-parser.test.ts';
import { CORPUS } from './response-corpus.test.ts';
import { ResponseScanner } from './response-scanner.ts';
import { BOUNDS, latin1, scan } from './scan-outcome.test.ts';
import { parseByUndici } from './undici-parser.test.ts';

/** Why the scanner may refuse what Node's parser takes: the cases of the corpus in which Node differs. */
const STRICTER: ReadonlySet<string> = new Set([
  'the status is below 100',
  'switches protocols unasked',
  'a control byte in the reason',
  'the status line does not start with HTTP/1.',
  'the version is neither HTTP/1.0 nor HTTP/1.1',
  'a transfer coding follows chunked',
  'an empty transfer coding',
  'bytes after the end of the response',
]);

/** Where the scanner may take what Node's parser refuses; the corpus says why. */
const MILDER: readonly RegExp[] = [
  /content-length:.*content-length:/is,
  /\r\n[0-9a-f]+[ \t]*;/i,
  /chunked *\t/i,
  /HTTP\/1\.0 1|HTTP\/1\.1 1.*connection:[^\r\n]*close/is,
  /\r\n0+\r\n.*(content-length|transfer-encoding|connection)/is,
];

/** Undici has its parser pass over some line ends besides. */
const STRICTER_THAN_UNDICI: ReadonlySet<string> = new Set([...STRICTER, 'a CR without its LF']);

/** Where the scanner may take what undici refuses besides. */
const UNDICI_MILDER: readonly RegExp[] = [
  ...MILDER,
  // It has sent no Expect, so it refuses a 100, which RFC 9110 section 15.2 has a client take.
  /HTTP\/1\.\d 10/i,
  // It reads a length to its end, the space that RFC 9110 section 5.5 excludes from the value among it.
  /content-length:[^\r]*[ \t]\r/i,
];

const WORDS = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '1',
  'f',
  'chunked',
  'Content-Length: 3\r\n',
  '\u0000',
];
const WORDS_IN_HEAD = [
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  '\u00ff',
];

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 120 }),
  drop: fc.nat({ max: 3 }),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...WORDS, ...WORDS_IN_HEAD)),
});

const mutated: fc.Arbitrary<{ bytes: Buffer; method: 'GET' | 'HEAD' }> = fc
  .tuple(fc.constantFrom(...CORPUS), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([entry, mutations]) => {
    let text = entry.bytes;
    for (const { at, drop, insert } of mutations) {
      const place = at % (text.length + 1);
      text = text.slice(0, place) + insert + text.slice(place + drop);
    }
    return { bytes: latin1(text), method: entry.method ?? 'GET' };
  });

/** Mutated responses have the same outcome wherever the stream is cut. */
export function checkCutAnywhere(numRuns: number): void {
  const cuts = fc.array(fc.nat({ max: 150 }), { maxLength: 8 });
  const property = fc.property(mutated, cuts, ({ bytes, method }, places) => {
    const ends = [...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
    const pieces = ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
    assert.deepEqual(scan(pieces, method), scan([bytes], method));
  });
  fc.assert(property, { numRuns, ...propertySeed() });
}

/** Mutated responses are never taken for what Node's parser does not see, and refused only where we are stricter. */
export async function checkAsNodeSeesIt(numRuns: number): Promise<void> {
  const property = fc.asyncProperty(mutated, ({ bytes, method }) =>
    checkAgainst(bytes, method, () => parseByNode(bytes, method), MILDER, STRICTER),
  );
  await fc.assert(property, { numRuns, ...propertySeed() });
}

/** The same of undici, to which they come in pieces. */
export async function checkAsUndiciSeesIt(numRuns: number): Promise<void> {
  const property = fc.asyncProperty(mutated, fc.nat({ max: 150 }), ({ bytes, method }, cut) => {
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    return checkAgainst(bytes, method, () => parseByUndici(pieces, method), UNDICI_MILDER, STRICTER_THAN_UNDICI);
  });
  await fc.assert(property, { numRuns, ...propertySeed() });
}

async function checkAgainst(
  bytes: Buffer,
  method: 'GET' | 'HEAD',
  parse: () => Promise<Outcome>,
  milder: readonly RegExp[],
  stricter: ReadonlySet<string>,
): Promise<void> {
  const scanner = new ResponseScanner(BOUNDS);
  const ours = scan([bytes], method, scanner);
  if (milder.some((where) => where.test(bytes.toString('latin1')))) return;
  const theirs = await parse();
  if (ours.kind === 'broken' && theirs.kind === 'answer') assert.ok(stricter.has(scanner.problem), scanner.problem);
  else assert.deepEqual(ours, theirs);
}
