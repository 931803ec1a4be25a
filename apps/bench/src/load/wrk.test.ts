import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrkFailures } from './wrk.ts';

const SOUND = '  1000 requests in 1.00s, 65.00KB read\nRequests/sec:   1000.00\n';

test('[BENCH-12] wrk gives no figure when answers failed', () => {
  assert.equal(wrkFailures(SOUND), undefined);
  const refused = '  Non-2xx or 3xx responses: 12';
  assert.equal(wrkFailures(`${SOUND}${refused}\n`), refused.trim());
  const broken = 'Socket errors: connect 0, read 3, write 0, timeout 0';
  assert.equal(wrkFailures(`  ${broken}\n${SOUND}`), broken);
});
