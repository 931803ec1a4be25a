import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUDITED, Ledger } from './ledger.ts';

const USER = 12;
const SEEDED = { id: 9, currentRate: 64_000.5 };

function twoWrites() {
  const ledger = new Ledger();
  const [first, second] = [ledger.send(USER), ledger.send(USER)];
  ledger.acknowledge(first);
  const shown = (id: number, { rate }: { rate: number }) => ({ id, currentRate: rate });
  return { ledger, first, second, before: ledger.acknowledgedOf(USER), shown };
}

test('what was acknowledged must show; what was not may', () => {
  const { ledger, first, second, before, shown } = twoWrites();
  assert.equal(ledger.mismatch(USER, before, [shown(10, first), SEEDED]), undefined);
  assert.equal(ledger.mismatch(USER, before, [shown(11, second), shown(10, first), SEEDED]), undefined);
  assert.match(ledger.mismatch(USER, before, [shown(11, second), SEEDED]) ?? '', /was acknowledged and does not show/);
  assert.match(ledger.audit(USER, [SEEDED]) ?? '', /was acknowledged and does not show/);
});

test('what was acknowledged after a page was asked for need not show', () => {
  const { ledger, first, second, before, shown } = twoWrites();
  ledger.acknowledge(second);
  assert.equal(ledger.mismatch(USER, before, [shown(10, first)]), undefined);
  assert.match(ledger.audit(USER, [shown(10, first)]) ?? '', /does not show/);
});

test('a signal that is there twice, that nobody sent, or that is out of order is wrong', () => {
  const { ledger, first, before, shown } = twoWrites();
  assert.match(ledger.mismatch(USER, before, [shown(11, first), shown(10, first)]) ?? '', /stored twice/);
  const strange = shown(11, { rate: first.rate + 1_000 });
  assert.match(ledger.mismatch(USER, before, [strange, shown(10, first)]) ?? '', /was not sent/);
  assert.match(ledger.mismatch(13, [], [shown(10, first)]) ?? '', /was not sent by user 13/);
  assert.match(ledger.mismatch(USER, before, [SEEDED, shown(10, first)]) ?? '', /out of order/);
});

test('a user who would send more than an audit reads is refused, and no other', () => {
  const ledger = new Ledger();
  for (let sent = 0; sent < AUDITED; sent++) ledger.send(USER);
  assert.throws(() => ledger.send(USER), /user 12 sent 100 signals, and no audit reads more/);
  assert.equal(ledger.send(13).userId, 13);
});
