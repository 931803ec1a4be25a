import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXCLUSIVE_SWITCHES, ORIGIN_PRESET, parseSwitches, SWITCHES } from './switches.ts';

describe('the list of switches', () => {
  test('[REF-5] the switches are these, each with what it does', () => {
    assert.deepEqual(
      SWITCHES.map((row) => row.id),
      [
        'auth.hash-on-loop',
        'auth.hash-on-libuv',
        'auth.hash-pool-1',
        'auth.db-per-request',
        'limits.none',
        'db.pool-of-2',
        'db.pool-of-10',
        'db.pg-connect-per-request',
        'db.parse-per-query',
        'db.no-index',
        'db.key-indexes-only',
        'db.no-totals',
        'db.offset-paging',
        'db.n-plus-one',
        'db.aggregate-in-app',
        'cache.none',
        'upstream.no-cache',
        'upstream.new-connection',
        'upstream.no-single-flight',
        'upstream.serial',
        'export.buffered',
        'log.sync',
      ],
    );
    assert.ok(SWITCHES.every((row) => row.does.length > 20));
  });

  test('[REF-6] origin is every switch that a system shows before its optimisation, and no other', () => {
    const shown = SWITCHES.filter((row) => row.evidence.length > 0).map((row) => row.id);
    assert.deepEqual([...parseSwitches('origin')], shown);
    assert.deepEqual([...ORIGIN_PRESET], shown);
    assert.ok(!parseSwitches('origin').has('db.pool-of-2'));
    assert.ok(!parseSwitches('origin').has('upstream.new-connection'));
  });

  test('[REF-6] typical keeps set-based SQL, connections to the upstream and the event loop free', () => {
    const typical = parseSwitches('typical');
    assert.ok(typical.has('auth.hash-on-libuv') && typical.has('db.pool-of-10') && typical.has('db.key-indexes-only'));
    for (const id of ['auth.hash-on-loop', 'db.aggregate-in-app', 'upstream.new-connection'] as const) {
      assert.ok(!typical.has(id), id);
    }
  });

  test('[REF-8] two switches for the same place are refused, and both are named', () => {
    for (const group of EXCLUSIVE_SWITCHES) {
      for (const [index, first] of group.entries()) {
        for (const second of group.slice(index + 1)) {
          assert.throws(() => parseSwitches(`${second},cache.none,${first}`), {
            code: 'MILLRACE_REFERENCE_SWITCHES_EXCLUDE',
            context: { first, second },
          });
        }
      }
    }
  });

  test('[REF-7] optimised is none; a comma list is those it names; another word is refused', () => {
    assert.equal(parseSwitches('optimised').size, 0);
    assert.equal(parseSwitches(undefined).size, 0);
    assert.deepEqual([...parseSwitches(' cache.none, db.no-index ,')], ['cache.none', 'db.no-index']);
    assert.throws(() => parseSwitches('cache.none,cache.all'), { code: 'MILLRACE_REFERENCE_SWITCH_UNKNOWN' });
  });
});
