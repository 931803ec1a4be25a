import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitRemarks, readSystemLimits } from './system-limits.ts';

test('[LOAD-39] too few files or ports for the connections are said, with both figures', () => {
  const limits = { freeFiles: 1_024, localPorts: 500 };
  assert.deepEqual(limitRemarks(limits, 500, 1), []);
  assert.deepEqual(limitRemarks(limits, 1_000, 2), []);
  assert.deepEqual(limitRemarks(limits, 501, 1), [{ code: 'few-ports', values: { needed: 501, limit: 500 } }]);
  assert.deepEqual(limitRemarks(limits, 1_009, 3), [{ code: 'few-files', values: { needed: 1_025, limit: 1_024 } }]);
  assert.equal(limitRemarks(limits, 9_000, 1).length, 2);
  assert.deepEqual(limitRemarks({ freeFiles: undefined, localPorts: undefined }, 10_000, 1), []);
});

test('[LOAD-39] the limits of this process are read', { skip: process.platform !== 'linux' }, () => {
  const { freeFiles, localPorts } = readSystemLimits();
  assert.ok(freeFiles !== undefined && freeFiles > 0, `${freeFiles}`);
  assert.ok(localPorts !== undefined && localPorts > 0 && localPorts < 65_536, `${localPorts}`);
});
