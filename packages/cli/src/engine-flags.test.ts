import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEngine } from './engine-flags.ts';

test('[CLI-73] --trace is one of three words, and left to the engine without one', () => {
  for (const trace of ['off', 'unsampled', 'sampled']) assert.equal(readEngine({ trace }).trace, trace);
  assert.equal('trace' in readEngine({}), false);
  assert.throws(() => readEngine({ trace: 'on' }), { code: 'MILLRACE_CLI_FLAG_INVALID', message: /--trace is "on"/ });
});
