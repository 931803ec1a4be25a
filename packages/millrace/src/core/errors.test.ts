import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineErrors, MillraceError } from './errors.ts';

const ERRORS = defineErrors({
  MILLRACE_TEST_FULL: {
    message: 'queue of {size} is full, {unknown} {toString}',
    mend: 'raise `maxQueue` above {size}',
    status: 503,
  },
  MILLRACE_TEST_PLAIN: { message: 'plain', mend: 'nothing' },
});

test('[CORE-7] an error carries code, filled message, mend, status, context and cause', () => {
  const cause = new TypeError('behind it');
  const error = ERRORS.create('MILLRACE_TEST_FULL', { size: 10 }, cause);
  assert.equal(error.code, 'MILLRACE_TEST_FULL');
  assert.equal(error.message, 'queue of 10 is full, {unknown} {toString}');
  assert.equal(error.mend, 'raise `maxQueue` above 10');
  assert.equal(error.status, 503);
  assert.deepEqual(error.context, { size: 10 });
  assert.equal(error.cause, cause);
  assert.equal(error.name, 'MillraceError');
  assert.match(error.stack ?? '', /errors\.test\.ts/);
});

test('[CORE-7] what a row leaves out is absent', () => {
  const error = ERRORS.create('MILLRACE_TEST_PLAIN');
  assert.equal(error.status, undefined);
  assert.equal('cause' in error, false);
  assert.deepEqual(error.context, {});
});

test('[CORE-7] a value is put in as it is, even where it looks like a place', () => {
  const error = ERRORS.create('MILLRACE_TEST_FULL', { size: '{unknown} $& $1', unknown: 'x' });
  assert.equal(error.message, 'queue of {unknown} $& $1 is full, x {toString}');
});

test('[CORE-7] a table is frozen', () => {
  assert.ok(Object.isFrozen(ERRORS.rows));
  assert.ok(Object.values(ERRORS.rows).every((row) => Object.isFrozen(row)));
});

test('[CORE-8] instanceof holds across two copies of the package', async () => {
  const copy = (await import(`${import.meta.resolve('./errors.ts')}?copy`)) as typeof import('./errors.ts');
  assert.notEqual(copy.MillraceError, MillraceError);
  const foreign = copy.defineErrors({ MILLRACE_TEST_COPY: { message: 'x', mend: 'y' } }).create('MILLRACE_TEST_COPY');
  assert.ok(foreign instanceof MillraceError);
  assert.ok(ERRORS.create('MILLRACE_TEST_PLAIN') instanceof copy.MillraceError);
  assert.equal(new Error('MILLRACE_TEST_PLAIN') instanceof MillraceError, false);
  assert.equal(({ code: 'MILLRACE_TEST_PLAIN' } as unknown) instanceof MillraceError, false);
});

test('[CORE-8] a subclass tells its own from others', () => {
  class Special extends MillraceError {}
  const special = new Special('MILLRACE_TEST_SPECIAL', { message: 'x', mend: 'y' });
  assert.ok(special instanceof Special);
  assert.ok(special instanceof MillraceError);
  assert.equal(ERRORS.create('MILLRACE_TEST_PLAIN') instanceof Special, false);
});
