import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KnownStall, measureKnownStall } from './known-stall.ts';

const ATTEMPTS = 3;

function isTrue({ figures }: KnownStall): boolean {
  return figures.every(({ name, error }) => name === 'p50' || Math.abs(error) <= 0.02);
}

test("[LOAD-70] a server's stall is measured as the server itself stamped it: P95, P99 and max within 2 %", async () => {
  let found: KnownStall | undefined;
  // A neighbour on the machine may hold the generator up; it does not do so three times for the same share.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    found = await measureKnownStall({ ratePerSecond: 500, durationMs: 3_000, stallMs: 1_000 });
    assert.equal(found.result.total.ok, 1_500);
    if (isTrue(found)) break;
  }
  assert.ok(found !== undefined && isTrue(found), JSON.stringify(found?.figures));
  const p99 = found.figures.find(({ name }) => name === 'p99');
  assert.ok(p99 !== undefined && p99.trueUs > 900_000 && p99.trueUs < 1_500_000, JSON.stringify(p99));
});

test('[LOAD-72] a stall out of range is refused', async () => {
  const refused = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
  await assert.rejects(measureKnownStall({ ratePerSecond: 1 }), refused);
  await assert.rejects(measureKnownStall({ durationMs: 1 }), refused);
  await assert.rejects(measureKnownStall({ stallMs: 20_000 }), refused);
});
