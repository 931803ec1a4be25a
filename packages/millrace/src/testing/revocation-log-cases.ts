import assert from 'node:assert/strict';
import type { Revocation, RevocationLog, RevocationRead } from '../auth/index.ts';

/** Two ways to one log, each as in a process of its own. Both are empty. */
export type RevocationLogCase = (a: RevocationLog, b: RevocationLog) => Promise<void>;

const FAR_MS = 4_000_000_000_000;
const TOKEN: Revocation = { kind: 'token', tokenId: 'a', subject: 'ada', untilMs: FAR_MS };
const REVOCATIONS: readonly Revocation[] = [
  TOKEN,
  { kind: 'token', tokenId: '__proto__', subject: undefined, untilMs: FAR_MS + 0.5 },
  {
    kind: 'subject',
    subject: 'ada',
    belowVersion: undefined,
    issuedUntil: 1_760_000_000.25,
    issuedBefore: 1_760_000_000.125,
    except: ['x', 'y'],
    untilMs: FAR_MS,
  },
  {
    kind: 'subject',
    subject: "o'hara\n\u{1f600}",
    belowVersion: 2 ** 40,
    issuedUntil: 1,
    issuedBefore: undefined,
    except: [],
    untilMs: FAR_MS,
  },
  { kind: 'key', keyId: 'k', untilMs: Infinity },
];

/** Whether entries hang together from the beginning. */
function assertChained({ entries, head, headMark }: RevocationRead): void {
  assert.deepEqual(
    entries.map(({ position }) => position),
    entries.map((_, at) => at + 1),
  );
  for (const [at, { previousMark }] of entries.entries()) assert.equal(previousMark, entries[at - 1]?.mark ?? '');
  assert.equal(new Set(entries.map(({ mark }) => mark)).size, entries.length);
  assert.deepEqual([head, headMark], [entries.length, entries.at(-1)?.mark ?? '']);
}

/** What the order of all revocations must be. */
export const REVOCATION_LOG_CASES: Readonly<Record<string, RevocationLogCase>> = {
  'an empty log says so': async (a) => {
    assert.deepEqual(await a.readAfter(0, 10), { entries: [], head: 0, headMark: '', prunedTo: 0 });
    assert.deepEqual([await a.head(), await a.find({ sub: 'ada', exp: 1 }), await a.prune(0)], [0, [], 0]);
  },
  'what was appended is read by all as it was, in order, and hangs together': async (a, b) => {
    for (const [at, revocation] of REVOCATIONS.entries()) assert.equal(await a.append(revocation), at + 1);
    const read = await b.readAfter(0, 10);
    assert.deepEqual(
      read.entries.map(({ revocation }) => revocation),
      REVOCATIONS,
    );
    assertChained(read);
    assert.deepEqual(await a.readAfter(0, 10), read);
    assert.equal(await b.head(), REVOCATIONS.length);
  },
  'pages follow each other': async (a, b) => {
    for (const revocation of REVOCATIONS) await a.append(revocation);
    const { entries, head } = await b.readAfter(0, 10);
    assert.deepEqual((await b.readAfter(1, 2)).entries, entries.slice(1, 3));
    const last = await b.readAfter(head, 10);
    assert.deepEqual([last.entries, last.head, last.headMark], [[], head, entries.at(-1)?.mark]);
  },
  'appends of all at once have places without gaps, and each is in every read that begins after it': async (a, b) => {
    const append = async (log: RevocationLog, at: number): Promise<number> => {
      const position = await log.append({ kind: 'token', tokenId: `t${at}`, untilMs: FAR_MS });
      const { entries, head } = await (log === a ? b : a).readAfter(position - 1, 1);
      assert.deepEqual([entries[0]?.position, head >= position], [position, true]);
      return position;
    };
    const positions = await Promise.all(Array.from({ length: 20 }, (_, at) => append(at % 2 === 0 ? a : b, at)));
    assert.deepEqual(
      positions.sort((one, other) => one - other),
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    assertChained(await a.readAfter(0, 100));
  },
  'a token is found by its id, its subject and its key': async (a, b) => {
    for (const revocation of REVOCATIONS) await a.append(revocation);
    const positionsOf = async (claims: { jti?: string; sub: string; kid?: string }): Promise<number[]> =>
      (await b.find({ exp: 1, ...claims })).map(({ position }) => position).sort();
    assert.deepEqual(await positionsOf({ jti: 'a', sub: 'ada', kid: 'k' }), [1, 3, 5]);
    assert.deepEqual(await positionsOf({ jti: '__proto__', sub: 'a' }), [2]);
    assert.deepEqual(await positionsOf({ sub: 'bob', kid: 'other' }), []);
    assert.deepEqual(await positionsOf({ sub: 'bob', kid: '' }), [5], 'one that names no key may be of any');
  },
  'what is over is removed, and the rest keeps its place': async (a, b) => {
    await a.append({ ...TOKEN, untilMs: 1 });
    await a.append(TOKEN);
    await a.append({ kind: 'key', keyId: 'k', untilMs: Infinity });
    assert.equal(await b.prune(Date.now() + 60_000), 0, 'not for so long yet');
    assert.equal(await b.prune(1_000), 1);
    const { entries, head, prunedTo } = await a.readAfter(0, 10);
    assert.deepEqual([entries.map(({ position }) => position), head, prunedTo], [[2, 3], 3, 1]);
    assert.equal(await a.append(TOKEN), 4);
  },
};
