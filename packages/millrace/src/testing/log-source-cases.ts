import assert from 'node:assert/strict';
import type { LogEntry, LogSource, PlacedEntry } from '../cache/index.ts';

/** Two ways to one log, each as in a process of its own, and one to the log of another namespace. */
export type LogCase = (a: LogSource, b: LogSource, other: LogSource) => Promise<void>;

const ENTRIES: readonly LogEntry[] = [
  { kind: 'key', name: ':user:#7' },
  { kind: 'tag', name: 'users' },
  { kind: 'tag', name: '%/reports' },
];
/** Reads of a log that has what is looked for must bring it within so many. */
const MOST_READS = 100;

/** Reads on from `position` until there are so many entries. */
async function readAll(log: LogSource, position: number, count: number): Promise<readonly PlacedEntry[]> {
  const all: PlacedEntry[] = [];
  for (let reads = 0; all.length < count; reads++) {
    assert.ok(reads < MOST_READS, `${all.length} of ${count} entries came`);
    const read = await log.read(all.at(-1)?.position ?? position);
    assert.equal(read.sameHistory, true);
    all.push(...read.entries);
    assert.ok(read.position >= (all.at(-1)?.position ?? position));
  }
  return all;
}

/** What the one order of all invalidations must be. */
export const LOG_CASES: Readonly<Record<string, LogCase>> = {
  'entries have places without gaps, which all read alike, each its own marked': async (a, b) => {
    const { epoch, position } = await a.open();
    assert.deepEqual((await b.open()).position, position);
    const after = await a.append(ENTRIES);
    assert.deepEqual([after.epoch, after.position], [epoch, position + 3]);
    await b.append([{ kind: 'key', name: 'other' }]);
    const [mine, theirs] = await Promise.all([readAll(a, position, 4), readAll(b, position, 4)]);
    const places = [1, 2, 3, 4].map((each) => position + each);
    assert.deepEqual(
      mine.map((each) => each.position),
      places,
    );
    assert.deepEqual(
      mine.slice(0, 3).map((each) => each.entry),
      ENTRIES,
    );
    assert.deepEqual(
      mine.map(({ own }) => own),
      [true, true, true, false],
    );
    assert.deepEqual(
      theirs.map(({ own }) => own),
      [false, false, false, true],
    );
    assert.deepEqual((await b.state()).position, position + 4);
    assert.deepEqual(
      (await readAll(b, position + 2, 2)).map((each) => each.position),
      places.slice(2),
      'a replay',
    );
  },
  'a read of a quiet log waits no longer than it says, and ends when something comes': async (a, b) => {
    const { position } = await a.open();
    await b.open();
    const begunAt = performance.now();
    const read = await a.read(position);
    assert.deepEqual([read.entries, read.more, read.position, read.sameHistory], [[], false, position, true]);
    assert.ok(performance.now() - begunAt < a.waitMs + 1_000);
    const reading = readAll(a, position, 1);
    await b.append([{ kind: 'tag', name: 't' }]);
    assert.equal((await reading)[0]?.position, position + 1);
  },
  'tags are told by their last place, in its order': async (a, b) => {
    const { position } = await a.open();
    await b.open();
    for (const name of ['x', 'y', 'x', 'z']) await a.append([{ kind: 'tag', name }]);
    await a.append([{ kind: 'key', name: 'x' }]);
    const tags = [
      ['y', position + 2],
      ['x', position + 3],
      ['z', position + 4],
    ] as const;
    assert.deepEqual(await b.tagsAfter(position, 10), tags);
    assert.deepEqual(await b.tagsAfter(position + 2, 10), tags.slice(1));
    assert.deepEqual(await b.tagsAfter(position, 2), tags.slice(0, 2));
  },
  'what names everything lifts the horizon to its place': async (a, b) => {
    const { position, horizon } = await a.open();
    await b.open();
    assert.equal((await a.append([{ kind: 'tag', name: 't' }])).horizon, horizon);
    const all = await a.append([{ kind: 'all' }]);
    assert.deepEqual([all.horizon, (await b.state()).horizon], [position + 2, position + 2]);
    assert.deepEqual((await readAll(b, position, 2))[1]?.entry, { kind: 'all' });
  },
  'the logs of two namespaces are two': async (a, _b, other) => {
    const { position } = await a.open();
    const before = await other.open();
    await a.append(ENTRIES);
    assert.equal((await other.state()).position, before.position);
    assert.deepEqual([await other.tagsAfter(0, 10), (await a.state()).position], [[], position + 3]);
  },
  'after its end a log answers nothing': async (a) => {
    const { position } = await a.open();
    await a.close();
    await assert.rejects(async () => a.read(position));
    await assert.rejects(async () => a.open());
  },
};
