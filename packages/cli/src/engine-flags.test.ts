import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEngine } from './engine-flags.ts';

test('[CLI-73] --trace is one of three words, and left to the engine without one', () => {
  for (const trace of ['off', 'unsampled', 'sampled']) assert.equal(readEngine({ trace }).trace, trace);
  assert.equal('trace' in readEngine({}), false);
  assert.throws(() => readEngine({ trace: 'on' }), { code: 'MILLRACE_CLI_FLAG_INVALID', message: /--trace is "on"/ });
});

test('[CLI-75] --max-body and --read-rate take bytes, with k, M and G for thousands', () => {
  const { maxBodyBytes, readBytesPerSecond } = readEngine({ 'max-body': '1.5MB', 'read-rate': '64k' });
  assert.deepEqual([maxBodyBytes, readBytesPerSecond], [1_500_000, 64_000]);
  assert.equal(readEngine({ 'max-body': '5G' }).maxBodyBytes, 5e9);
  for (const text of ['0', '', '1.5', '-1', '64 k', '1T', 'NaN', '0x10']) {
    for (const flag of ['max-body', 'read-rate'])
      assert.throws(() => readEngine({ [flag]: text }), { code: 'MILLRACE_CLI_FLAG_INVALID' }, `${flag} ${text}`);
  }
  assert.throws(() => readEngine({ 'read-rate': '1k', engine: 'compat' }), { code: 'MILLRACE_CLI_USAGE' });
});

test('[CLI-76] --dns is once, connect or a time; without it the engine decides', () => {
  assert.equal('dns' in readEngine({}), false);
  assert.equal(readEngine({ dns: 'once' }).dns, 'once');
  assert.equal(readEngine({ dns: 'connect' }).dns, 'connect');
  assert.deepEqual(readEngine({ dns: 'ttl:1m30s' }).dns, { ttlMs: 90_000 });
  for (const dns of ['', 'ttl', 'ttl:', 'ttl:0', 'never']) {
    assert.throws(() => readEngine({ dns }), { code: 'MILLRACE_CLI_FLAG_INVALID', message: /--dns is/ });
  }
  assert.throws(() => readEngine({ dns: 'connect', engine: 'compat' }), { code: 'MILLRACE_CLI_USAGE' });
});
