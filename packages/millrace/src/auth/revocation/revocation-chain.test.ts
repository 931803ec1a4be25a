import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RevocationEntry } from './revocation.ts';
import { breakOf } from './revocation-chain.ts';
import type { RevocationRead } from './revocation-log.ts';
import { createRevocations } from './revocations.ts';
import { SimulatedLog, SteppedClock } from './simulated-log.test.model.ts';

const LIMIT = 3;

/** Entries such as `1a 2b`: a position and a mark. The one before is of the letter before. */
function readOf(text: string, head = text.slice(-2), prunedTo = 0): RevocationRead {
  const entries: RevocationEntry[] = (text.match(/\S+/g) ?? []).map((word) => {
    const before = String.fromCharCode(word.charCodeAt(1) - 1);
    const revocation = { kind: 'key', keyId: word, untilMs: Infinity } as const;
    return { position: Number(word[0]), mark: word[1]!, previousMark: before === '`' ? '' : before, revocation };
  });
  return { entries, head: Number(head[0] ?? 0), headMark: head[1] ?? '', prunedTo };
}

const START = { position: 0, mark: '' };
const AT_TWO = { position: 2, mark: 'b' };

test('[AUTH-96] a read that goes on from what is known is told from one that does not', () => {
  const cases = [
    [readOf('', '2b'), undefined],
    [readOf('3c'), undefined],
    [readOf('3c 4d 5e', '9i'), undefined],
    [readOf('', '2x'), 'history'],
    [readOf('', '1a'), 'history'],
    [readOf('', '3c'), 'history'],
    [readOf('3d'), 'history'],
    [readOf('4d'), 'history'],
    [readOf('3c 5e'), 'history'],
    [readOf('3c 4x'), 'history'],
    [readOf('3c', '3x'), 'history'],
    [readOf('3c', '4d'), 'history'],
  ] as const;
  for (const [read, gap] of cases) assert.equal(breakOf(read, AT_TWO, LIMIT, false), gap, JSON.stringify(read));
});

test('[AUTH-96] a read from the beginning may lack what was removed, and nothing else', () => {
  const cases = [
    [readOf('', ''), undefined],
    [readOf('1a 2b'), undefined],
    [readOf('2b 4d', '5e', 5), undefined],
    [readOf('', '5e', 5), undefined],
    [readOf('2b'), 'missing'],
    [readOf('1a 4d', '4d', 2), 'missing'],
    [readOf('1a', '3c', 2), 'missing'],
    [readOf('1a 2x'), 'history'],
    [readOf('1a', '1x'), 'history'],
  ] as const;
  for (const [read, gap] of cases) assert.equal(breakOf(read, START, LIMIT, true), gap, JSON.stringify(read));
});

test('[AUTH-96] a log that does not hang together in itself is read all the same', async () => {
  const log = new SimulatedLog();
  for (const keyId of ['a', 'b', 'c']) await log.append({ kind: 'key', keyId, untilMs: Infinity });
  Object.assign(log.entries[1]!, { previousMark: 'another' });
  const revocations = createRevocations({ log, clock: new SteppedClock() });
  await revocations.catchUp();
  const { position, entries, isStrict, gaps } = revocations.stats();
  assert.deepEqual([position, entries, isStrict, gaps > 0], [3, 3, false, true]);
  await revocations.close();
});
