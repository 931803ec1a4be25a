import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHERS, RunMemory } from './run-memory.ts';
import { rowsOf } from './run-result.ts';
import { RunWindows } from './run-windows.ts';

/** A thread that counted so many answers by name. */
function threadOf(kind: 'step' | 'group', counts: Readonly<Record<string, number>>): RunMemory {
  const memory = new RunMemory(10_000);
  for (const [name, count] of Object.entries(counts)) {
    const row = memory.openRow(kind, name);
    for (let at = 0; at < count; at++) {
      row.answered({ intendedAt: at, writtenAt: at, firstByteAt: at, retried: false }, 200, undefined, 0, at + 1);
    }
  }
  return memory;
}

test('[LOAD-151] a name for which a full thread has no row goes with the rest, in rows and in their windows', () => {
  const full = threadOf('step', { common: 5, first: 2, [OTHERS.step]: 7 });
  const other = threadOf('step', { common: 4, second: 3 });
  for (const memories of [
    [full, other],
    [other, full],
  ]) {
    const { total, steps } = rowsOf(memories);
    const { stepSeconds } = new RunWindows().read(memories);
    const counts = Object.fromEntries(Object.entries(steps).map(([name, { ok }]) => [name, ok]));
    assert.deepEqual([total.ok, counts], [21, { common: 9, first: 2, [OTHERS.step]: 10 }]);
    assert.deepEqual(Object.keys(stepSeconds).toSorted(), Object.keys(steps).toSorted());
  }
});

test('[LOAD-151] names of two full threads stay where both have them', () => {
  const one = threadOf('group', { common: 1, left: 2, [OTHERS.group]: 3 });
  const two = threadOf('group', { common: 1, right: 4, [OTHERS.group]: 5 });
  one.openRow('flow', 'flow');
  const { groups = {} } = rowsOf([one, two]);
  const counts = Object.fromEntries(Object.entries(groups).map(([name, { ok }]) => [name, ok]));
  assert.deepEqual(counts, { common: 2, [OTHERS.group]: 14 });
});

test('[LOAD-151] while no thread is full every name has its row', () => {
  const { steps } = rowsOf([threadOf('step', { left: 1 }), threadOf('step', { right: 2 })]);
  assert.deepEqual(Object.keys(steps), ['left', 'right']);
});
