import assert from 'node:assert/strict';
import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { Histogram } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import type { LoadResult, StepResult } from '../result/index.ts';
import { applyChange, changeBetween } from './change.ts';
import { createJournal, readJournal } from './index.ts';

/** A run in which `settled` of `planned` arrivals were answered. */
function running(planned: number, settled: number, elapsedMs: number): LoadResult {
  const times = new Histogram();
  for (let i = 0; i < settled; i++) times.record(1_000 + i * 7);
  const [all, none] = [times.snapshot(), new Histogram().snapshot()];
  const step: StepResult = {
    ...{ sent: settled, ok: settled, errors: {}, interrupted: 0, resent: 0, statuses: { 200: settled } },
    ...{ censored: 0, censoredFromUs: 0, bodyBytes: 0, responseTimeUs: all, serviceTimeUs: all },
    ...{ firstByteTimeUs: all, refusedResponseTimeUs: none, refusedServiceTimeUs: none },
  };
  const second = { planned, ok: settled, errors: 0, interrupted: 0, maxResponseUs: times.max };
  return {
    ...{ schema: 'millrace-load-result/2', scenario: 'one', target: 'http://127.0.0.1:1', seed: 1, startedAt: '' },
    arrivals: { kind: 'constant', poisson: false, planned, durationMs: 9_000, targetPerSecond: 10 },
    ...{
      achievedRatio: 1,
      interrupted: false,
      total: step,
      steps: { read: step },
      seconds: [{ second: 0, ...second }],
    },
    generator: {
      ...{ sendLagUs: all, scheduleLagUs: all, cpuMs: 1, elapsedMs, loopDelayP99Us: 0, connectionsOpened: 1 },
      ...{ connectTimeUs: none, tlsTimeUs: none, desyncs: 0, queuedMax: 0 },
    },
    ...{ drainMs: 0, validity: { verdict: 'valid', reasons: [] }, remarks: [] },
  };
}

function inFolder<Result>(use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-journal-'));
  return use(join(folder, 'run.journal')).finally(() => rmSync(folder, { recursive: true }));
}

test('[JOURNAL-1] a change turns one state into the other, whatever they are', () => {
  const states = fc.object({ maxDepth: 4, key: fc.constantFrom('a', 'b', 'c', 'counts') });
  const property = fc.property(states, states, (before, after) => {
    const plain = [before, after].map((state) => JSON.parse(JSON.stringify(state)) as unknown);
    const change = changeBetween(plain[0], plain[1]);
    const written = change === undefined ? undefined : (JSON.parse(JSON.stringify(change)) as typeof change);
    assert.deepEqual(written === undefined ? plain[0] : applyChange(plain[0], written), plain[1]);
    assert.equal(changeBetween(plain[1], structuredClone(plain[1])), undefined);
  });
  fc.assert(property, { numRuns: 500, ...propertySeed() });
});

test('[JOURNAL-1] a finished run is read as it was; each line says only what changed', () =>
  inFolder(async (file) => {
    const journal = createJournal(file);
    const states = [10, 400, 900, 1_000].map((settled, i) => running(1_000, settled, i * 1_000));
    for (const state of states) journal.append(state);
    const before = statSync(file).size;
    journal.append(states.at(-1) as LoadResult);
    assert.equal(statSync(file).size, before, 'nothing changed');
    journal.append({ ...(states.at(-1) as LoadResult), drainMs: 5 });
    assert.ok(statSync(file).size - before < 60, 'one number changed');
    await journal.finish({ ...(states.at(-1) as LoadResult), drainMs: 7 });
    assert.deepEqual(await readJournal(file), { ...states.at(-1), drainMs: 7 });
  }));

test('[JOURNAL-2] at whatever byte the file ends, what whole lines said is read, and its sums hold', () =>
  inFolder(async (file) => {
    const journal = createJournal(file);
    for (const settled of [20, 60, 100]) journal.append(running(settled + 9, settled, settled * 100));
    await journal.close();
    const whole = readFileSync(file);
    const firstState = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
    for (let bytes = firstState; bytes <= whole.length; bytes += 97) {
      writeFileSync(file, whole.subarray(0, bytes));
      const { arrivals, total, interrupted, seconds, remarks } = await readJournal(file);
      assert.equal(interrupted, true);
      assert.deepEqual([total.interrupted, total.cutOff?.responseTimeUs.count, seconds[0]?.interrupted], [9, 9, 9]);
      assert.equal(total.ok + total.interrupted, arrivals.planned);
      assert.ok([20, 60, 100].includes(total.ok));
      assert.deepEqual(remarks, [{ code: 'unfinished', values: { seconds: total.ok / 10, count: 9 } }]);
    }
    truncateSync(file, firstState - 1);
    await assert.rejects(readJournal(file), { code: 'MILLRACE_JOURNAL_UNREADABLE' });
  }));

test('[JOURNAL-3] sums that were read at different instants are made to agree: each arrival has one end', () =>
  inFolder(async (file) => {
    for (const [planned, inWindow, settledInWindow] of [
      [109, 109, 100],
      [109, 111, 103],
      [109, 104, 98],
      [95, 100, 97],
      [100, 100, 100],
    ] as const) {
      const state = running(planned, 100, 1_000);
      const window = { second: 0, planned: inWindow, ok: settledInWindow, errors: 0, interrupted: 0, maxResponseUs: 9 };
      const journal = createJournal(file);
      journal.append({ ...state, seconds: [window] });
      await journal.close();
      const { arrivals, total, seconds, remarks } = await readJournal(file);
      const [only] = seconds;
      assert.equal(arrivals.planned, Math.max(planned, inWindow, 100));
      assert.deepEqual([total.ok, total.interrupted], [100, arrivals.planned - 100]);
      assert.equal((only?.ok ?? 0) + (only?.interrupted ?? 0), arrivals.planned);
      assert.equal(total.cutOff?.responseTimeUs.count ?? 0, total.interrupted);
      assert.deepEqual(remarks, [{ code: 'unfinished', values: { seconds: 1, count: total.interrupted } }]);
    }
  }));

test('[JOURNAL-4] the file stays within its bound and one state, and is as good', () =>
  inFolder(async (file) => {
    const maxBytes = 65_536;
    const journal = createJournal(file, { maxBytes });
    const largest = JSON.stringify(running(2_000, 2_000, 0)).length;
    let written = 0;
    for (let settled = 0; settled <= 2_000; settled += 50) {
      journal.append(running(2_000, settled, settled));
      written += 1;
      assert.ok(statSync(file).size <= maxBytes + largest + 1_000, `${statSync(file).size} after ${written}`);
    }
    await journal.finish(running(2_000, 2_000, 2_000));
    assert.deepEqual(await readJournal(file), running(2_000, 2_000, 2_000));
  }));

test('[JOURNAL-5] what is no journal is refused, and a file that cannot be written', () =>
  inFolder(async (file) => {
    const unreadable = { code: 'MILLRACE_JOURNAL_UNREADABLE' };
    await assert.rejects(readJournal(file), unreadable);
    for (const text of ['', '{"schema":"other"}\n', 'no json\n{}\n', '{"schema":"millrace-load-journal/1"}\n']) {
      writeFileSync(file, text);
      await assert.rejects(readJournal(file), unreadable);
    }
    appendFileSync(file, 'no json\n{"change":{"v":1}}\n');
    await assert.rejects(readJournal(file), unreadable);
    assert.throws(() => createJournal(join(file, 'below a file')), { code: 'MILLRACE_JOURNAL_UNWRITABLE' });
  }));

/** Each write goes through `write`, which is told the bytes that are left of the line. */
async function withWrites(write: (left: number) => number, use: () => Promise<void>): Promise<void> {
  const real = fs.writeSync;
  const mocked = mock.method(fs, 'writeSync', (descriptor: number, bytes: Buffer, at: number) =>
    real(descriptor, bytes, at, write(bytes.length - at)),
  );
  syncBuiltinESMExports();
  await use().finally(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
}

test('[JOURNAL-1] a line that the system takes bit by bit is written whole', () =>
  inFolder((file) =>
    withWrites(
      (left) => Math.min(left, 1_000),
      async () => {
        const journal = createJournal(file);
        for (const settled of [20, 60]) journal.append(running(100, settled, settled));
        await journal.finish(running(100, 100, 100));
        assert.deepEqual(await readJournal(file), running(100, 100, 100));
      },
    ),
  ));

test('[JOURNAL-7] a full disk ends the journal: nothing throws, and what was written is read', () =>
  inFolder((file) => {
    let room = Number.POSITIVE_INFINITY;
    const write = (left: number): number => {
      if (room === 0) throw new Error('ENOSPC: no space left on device, write');
      room -= Math.min(room, left);
      return room === 0 ? 5 : left;
    };
    return withWrites(write, async () => {
      const journal = createJournal(file);
      for (const settled of [20, 60]) journal.append(running(100, settled, settled));
      assert.equal(journal.failure, undefined);
      room = 5;
      journal.append(running(100, 80, 80));
      assert.match(journal.failure ?? '', /ENOSPC/);
      room = Number.POSITIVE_INFINITY;
      journal.append(running(100, 90, 90));
      await journal.finish(running(100, 100, 100));
      const { total, interrupted } = await readJournal(file);
      assert.deepEqual([total.ok, total.interrupted, interrupted], [60, 40, true]);
      assert.ok(readFileSync(file, 'utf8').endsWith('\n'), 'the line that was begun is off');
      room = 0;
      assert.throws(() => createJournal(file), { code: 'MILLRACE_JOURNAL_UNWRITABLE' });
    });
  }));

test('[JOURNAL-2] lines after one that was cut are not read', () =>
  inFolder(async (file) => {
    const journal = createJournal(file);
    for (const settled of [20, 60]) journal.append(running(100, settled, settled));
    await journal.close();
    appendFileSync(file, '{"change":{"o":{"total"{"end":true}\n{"end":true}\n');
    const { total, interrupted } = await readJournal(file);
    assert.deepEqual([total.ok, interrupted], [60, true]);
  }));

test('[JOURNAL-8] a second writes and compares only the windows that changed, however many there are', () =>
  inFolder(async (file) => {
    const linesOf = async (seconds: number): Promise<number> => {
      let reads = 0;
      const ownKeys = (window: object): (string | symbol)[] => {
        reads++;
        return Reflect.ownKeys(window);
      };
      const window = (second: number, ok: number): LoadResult['seconds'][number] =>
        new Proxy<LoadResult['seconds'][number]>(
          { second, planned: 9, ok, errors: 0, interrupted: 0, maxResponseUs: 5 },
          { ownKeys },
        );
      const before = Array.from({ length: seconds }, (_, second) => window(second, 9));
      const after = [...before.slice(0, -1), window(seconds - 1, 8)];
      const journal = createJournal(file);
      journal.append({ ...running(100, 60, 1_000), seconds: before });
      const size = statSync(file).size;
      reads = 0;
      journal.append({ ...running(100, 60, 1_000), seconds: after });
      await journal.close();
      assert.equal((await readJournal(file)).seconds[seconds - 1]?.ok, 8);
      assert.ok(reads > 0 && reads <= 6, `${reads} windows were looked into`);
      return statSync(file).size - size;
    };
    assert.ok(Math.abs((await linesOf(1_000)) - (await linesOf(10))) <= 4);
  }));

test('[JOURNAL-8] what the windows of a killed run say of its warm-up is found when the journal is read', () =>
  inFolder(async (file) => {
    const journal = createJournal(file);
    const means = [...new Array<number>(5).fill(9_000), ...new Array<number>(40).fill(1_000)];
    const seconds = means.map((mean, second) => ({
      ...{ second, planned: 1, ok: 1, errors: 0, interrupted: 0, maxResponseUs: mean },
      responseUs: { count: 1, mean: mean + (second % 3), p50: mean, p95: mean, p99: mean },
    }));
    journal.append({ ...running(45, 45, 45_000), seconds });
    await journal.close();
    assert.deepEqual((await readJournal(file)).warmUp, { seconds: 5, settled: true });
  }));

test('[JOURNAL-5] a journal of a newer version is refused, with its version and the one that can be read', () =>
  inFolder(async (file) => {
    writeFileSync(file, '{"schema":"millrace-load-journal/2"}\n{"change":{"v":{}}}\n{"end":true}\n');
    await assert.rejects(readJournal(file), {
      code: 'MILLRACE_JOURNAL_UNREADABLE',
      message: /"millrace-load-journal\/2".*millrace-load-journal\/1/,
    });
  }));
