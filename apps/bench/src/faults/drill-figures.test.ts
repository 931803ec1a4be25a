import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asked } from './asked.ts';
import { toFigures } from './drill-figures.ts';

const OUTAGE = { brokenAt: 1_000, acceptingAt: 3_000 };
const RULES = { marginMs: 1_000, patienceMs: 5_000, needs: 'database' } as const;

function asked(askedAt: number, status?: number, waitMs = 10): Asked {
  const base = { kind: 'webhook', needs: 'database', path: '/', askedAt } as const;
  return status === undefined ? base : { ...base, answer: { at: askedAt + waitMs, status } };
}

const figuresOf = (...all: readonly Asked[]) => toFigures(all, OUTAGE, RULES);

test('a failure counts, by its status, a refusal by the client does not', () => {
  const { failed, failedBy } = figuresOf(asked(1_500, 503), asked(1_600, 500), asked(1_700), asked(1_800, 404));
  assert.deepEqual([failed, failedBy], [3, { 500: 1, 503: 1, none: 1 }]);
});

test('a failure is explained when it was under way during the outage or began within the margin', () => {
  const explained = [asked(990, 503, 20), asked(1_000, 503), asked(3_999, 503), asked(-3_500)];
  assert.equal(figuresOf(...explained).outside, 0);
  const unexplained = [asked(900, 503, 20), asked(4_001, 503), asked(-4_500)];
  assert.equal(figuresOf(...unexplained).outside, 3);
});

test('the longest wait counts a request without an answer as one that waited for all its time', () => {
  assert.equal(figuresOf(asked(0, 200, 70), asked(100, 503, 90)).worstMs, 90);
  assert.equal(figuresOf(asked(0, 200, 70), asked(100)).worstMs, 5_000);
});

test('recovery lasts to the first good answer that was asked for after the last failure', () => {
  assert.equal(figuresOf(asked(2_900, 503), asked(3_010, 201), asked(3_100, 503), asked(3_200, 201)).recoveryMs, 210);
  assert.equal(figuresOf(asked(2_995, 201)).recoveryMs, 5);
  assert.equal(figuresOf(asked(2_000, 201), asked(2_900, 503)).recoveryMs, null);
});

test('an answer that needs nothing of the dependency proves no recovery', () => {
  const cached = { ...asked(3_010, 200), needs: 'nothing' as const };
  assert.equal(figuresOf(asked(2_900, 503), cached).recoveryMs, null);
  assert.equal(figuresOf(asked(2_900, 503), cached, asked(3_500, 201)).recoveryMs, 510);
});
