import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { createCanonicaliser, findMismatches } from './canonical.ts';

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** What differs between the answers of the two arms. */
function differences(before: unknown, after: unknown, volatileKeys?: readonly string[]): string[] {
  const [left, right] = [before, after].map((body) => createCanonicaliser(volatileKeys).canonicalise(json(body)));
  return findMismatches('r', left, right).map(({ path, before, after }) => `${path}: ${before} / ${after}`);
}

const UUIDS = [
  '0d3a1f52-6a0e-4f2f-9d7e-0a1b2c3d4e5f',
  '1d3a1f52-6a0e-4f2f-9d7e-0a1b2c3d4e5f',
  '2d3a1f52-6a0e-4f2f-9d7e-0a1b2c3d4e5f',
];

test('[PROVE-11] times and signed tokens compare equal, other strings do not', () => {
  const at = (time: string, token: string) => ({ time, token, name: 'n' });
  assert.deepEqual(
    differences(
      at('2026-01-01T00:00:00Z', 'eyJhbGci.eyJzdWIi.a'),
      at('2027-02-02T10:00:00.5+01:00', 'eyJhbGci.eyJzdWIi.b'),
    ),
    [],
  );
  assert.equal(differences({ time: '2026-01-01T00:00:00Z' }, { time: '2026-01-01 00:00:00+00' }).length, 1);
  assert.deepEqual(differences({ name: 'a' }, { name: 'b' }), ['$.body.name: "a" / "b"']);
  assert.deepEqual(differences({ time: '2026-01-01T00:00:00Z' }, { time: null }), ['$.body.time: "<time>" / null']);
});

test('[PROVE-11] UUIDs and volatile members compare by first appearance', () => {
  const [a, b, c] = UUIDS;
  assert.deepEqual(differences([a, b, a], [b, c, b]), []);
  assert.deepEqual(differences([a, b, a], [b, c, c]), ['$.body[2]: "<uuid:1>" / "<uuid:2>"']);
  assert.deepEqual(differences({ id: 7, next: 'x' }, { id: 9, next: 'y' }, ['id', 'next']), []);
  assert.deepEqual(differences({ id: 7 }, { id: 9 }), ['$.body.id: 7 / 9']);
  assert.deepEqual(differences({ next: 'x' }, { next: null }, ['next']), ['$.body.next: "<next:1>" / null']);
});

test('[PROVE-12] a missing row, null for absent and a changed order are differences', () => {
  assert.deepEqual(differences({ items: [1, 2] }, { items: [1] }), ['$.body.items[1]: 2 / absent']);
  assert.deepEqual(differences({ a: null }, {}), ['$.body.a: null / absent']);
  assert.deepEqual(differences([{ name: 'x' }, { name: 'y' }], [{ name: 'y' }, { name: 'x' }]), [
    '$.body[0].name: "x" / "y"',
    '$.body[1].name: "y" / "x"',
  ]);
  assert.deepEqual(differences([], {}), ['$.body: [] / {}']);
  assert.deepEqual(differences({ n: 0 }, { n: false }), ['$.body.n: 0 / false']);
  assert.deepEqual(differences({ 'a b': 1 }, { 'a b': 2 }), ['$.body["a b"]: 1 / 2']);
});

test('[PROVE-12] status and media type are compared, and so is text that is not JSON', () => {
  const text = (body: string) => ({ status: 200, headers: { 'content-type': 'text/csv' }, body });
  const canonical = (answer: Parameters<ReturnType<typeof createCanonicaliser>['canonicalise']>[0]) =>
    createCanonicaliser().canonicalise(answer);
  assert.deepEqual(findMismatches('r', canonical(text('a,b')), canonical(text('a,c'))), [
    { request: 'r', path: '$.body', before: '"a,b"', after: '"a,c"' },
  ]);
  const paths = findMismatches('r', canonical(json({}, 200)), canonical({ ...text(''), status: 404 })).map(
    ({ path }) => path,
  );
  assert.deepEqual(paths, ['$.status', '$.type', '$.body']);
});

test('[PROVE-12] any JSON value equals itself, and differs from itself with one member more', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(findMismatches('r', structuredClone(value), value), []);
      assert.equal(findMismatches('r', { value, more: null }, { value }).length, 1);
    }),
    propertySeed(),
  );
});

test('[PROVE-10] long values are cut, and the list is bounded', () => {
  const [first] = findMismatches('r', 'x'.repeat(1000), 'y');
  assert.ok((first?.before.length ?? 0) < 150);
  assert.equal(findMismatches('r', new Array(100).fill(1), new Array(100).fill(2)).length, 20);
});
