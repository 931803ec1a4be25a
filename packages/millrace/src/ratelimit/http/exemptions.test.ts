import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../../testing/index.ts';
import { defineExemptions } from './exemptions.ts';

const KEY = 'k'.repeat(32);
const OTHER = 'o'.repeat(32);

test('[RATE-106] an exemption counts until it ends, for the limiters that it names', async () => {
  const clock = createFakeClock();
  const exemptions = defineExemptions({ keys: [KEY], clock });
  const text = exemptions.issue('run 17', { lifeMs: 60_000, limiters: ['api'] });
  assert.deepEqual(exemptions.judge(text, 'api'), { exempt: true, why: 'good', purpose: 'run 17' });
  assert.deepEqual(exemptions.judge(text, 'login'), { exempt: false, why: 'elsewhere', purpose: 'run 17' });
  assert.equal(exemptions.judge(exemptions.issue('all', { lifeMs: 1 }), 'login').exempt, true);
  await clock.advance(60_000);
  assert.deepEqual(exemptions.judge(text, 'api'), { exempt: false, why: 'expired', purpose: 'run 17' });
  for (const none of [undefined, '']) assert.equal(exemptions.judge(none, 'api').why, 'none');
});

test('[RATE-106] one that names a path counts there and below, and nowhere that can be read as another', () => {
  const exemptions = defineExemptions({ keys: [KEY], clock: createFakeClock() });
  const text = exemptions.issue('run', { lifeMs: 60_000, path: '/api' });
  for (const path of ['/api', '/api/', '/api/x.json'])
    assert.equal(exemptions.judge(text, 'api', path).why, 'good', path);
  for (const path of [
    undefined,
    '',
    '/',
    '/apix',
    'api',
    '/api/../admin',
    '/api/%2e%2e/admin',
    '/api/..',
    '/api//x',
    '/api/\\..\\admin',
    'http://x/api',
  ])
    assert.equal(exemptions.judge(text, 'api', path).why, 'elsewhere', `${path}`);
  assert.equal(exemptions.judge(exemptions.issue('run', { lifeMs: 1, path: '/' }), 'api', '/x').why, 'good');
  for (const path of ['', 'api', '/a/../b', '/a?b']) {
    assert.throws(() => exemptions.issue('run', { lifeMs: 1, path }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
});

test('[RATE-107] what was not signed so, or was changed, exempts nobody', () => {
  const clock = createFakeClock();
  const exemptions = defineExemptions({ keys: [KEY], clock });
  const good = exemptions.issue('run', { lifeMs: 60_000 });
  const [body, signature] = good.split('.') as [string, string];
  const longer = Buffer.from(JSON.stringify({ purpose: 'run', until: 4e15 })).toString('base64url');
  const spare = signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(42) + 1);
  const bad: readonly string[] = [
    body,
    `${body}.`,
    `.${signature}`,
    `${longer}.${signature}`,
    `${body}.${signature.slice(0, -2)}`,
    `${body}.${spare}`,
    `${good}=`,
    ` ${good}`,
    `${good},${good}`,
    `${good}${'A'.repeat(5_000)}`,
    defineExemptions({ keys: [OTHER], clock }).issue('run', { lifeMs: 60_000 }),
    'true',
    '\u0000',
  ];
  for (const text of bad) {
    assert.deepEqual(
      exemptions.judge(text, 'api'),
      { exempt: false, why: 'forged', purpose: undefined },
      text.slice(0, 99),
    );
  }
  assert.equal(exemptions.judge(good, 'api').exempt, true);
});

test('[RATE-108] keys are changed without a gap, and nothing lives longer than may be', () => {
  const clock = createFakeClock();
  const before = defineExemptions({ keys: [OTHER], clock, maxLifeMs: 86_400_000 });
  const text = before.issue('run', { lifeMs: 7_200_000 });
  assert.equal(defineExemptions({ keys: [KEY, OTHER], clock, maxLifeMs: 7_200_000 }).judge(text, 'api').exempt, true);
  assert.equal(defineExemptions({ keys: [KEY, OTHER], clock }).judge(text, 'api').why, 'expired');
  // Nor does it become good by waiting until little of it is left.
  const late = createFakeClock({ wallMs: clock.wallNow() + 7_000_000 });
  assert.equal(defineExemptions({ keys: [OTHER], clock: late }).judge(text, 'api').why, 'expired');
  const early = createFakeClock({ wallMs: clock.wallNow() - 5_000 });
  const hour = before.issue('run', { lifeMs: 3_600_000 });
  assert.equal(defineExemptions({ keys: [OTHER], clock: early }).judge(hour, 'api').exempt, true);
  early.jumpWall(-1);
  assert.equal(defineExemptions({ keys: [OTHER], clock: early }).judge(hour, 'api').exempt, false);
  const refused = { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' };
  for (const keys of [[], ['short'], [KEY, 'short'], Array(11).fill(KEY)]) {
    assert.throws(() => defineExemptions({ keys }), refused);
  }
  assert.throws(() => before.issue('', { lifeMs: 1 }), refused);
  assert.throws(() => before.issue('run', { lifeMs: 86_400_001 }), refused);
  assert.throws(() => before.issue('p'.repeat(201), { lifeMs: 1 }), refused);
});
