import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import { createRateLimiter, type RateLimiter } from '../rate-limiter.ts';
import { type RateLimitHeaderOptions, rateLimitHeaders } from './rate-limit-headers.ts';
import { tooManyRequests } from './too-many-requests.ts';

function openLimiter(): RateLimiter {
  const rules = [
    { name: 'second', limit: 2, windowMs: 1_000 },
    { name: 'say "hour" é', limit: 100, windowMs: 3_600_000 },
  ];
  return createRateLimiter({ name: 'api', rules, clock: createFakeClock() });
}

test('[RATE-100] every rule is told, and how the client stands with the one that is nearest to its end', () => {
  const limiter = openLimiter();
  const { rules } = limiter;
  const policy = '"second";q=2;w=1, "say \\"hour\\" %C3%A9";q=100;w=3600';
  assert.deepEqual(rateLimitHeaders(limiter.check('ada'), { rules }), [
    ['ratelimit-policy', policy],
    ['ratelimit', '"second";r=1;t=1'],
  ]);
  limiter.check('ada');
  assert.deepEqual(rateLimitHeaders(limiter.check('ada'), { rules }), [
    ['ratelimit-policy', policy],
    ['ratelimit', '"second";r=0;t=1'],
    ['retry-after', '1'],
  ]);
});

test('[RATE-100] several decisions are told side by side, and rules in shadow mode not at all', () => {
  const clock = createFakeClock();
  const user = createRateLimiter({ rules: [{ name: 'user', limit: 100, windowMs: 60_000 }], clock });
  const [shadow, half] = [
    { name: 'shadow', limit: 1, windowMs: 1_000, shadow: true },
    { name: 'half', limit: 10, windowMs: 1_500, algorithm: 'fixed-window' },
  ] as const;
  const network = createRateLimiter({ rules: [shadow, half], clock });
  const decisions = [user.check('ada'), network.check('net')];
  const rules = [...user.rules, ...network.rules];
  assert.deepEqual(rateLimitHeaders(decisions, { rules }), [
    ['ratelimit-policy', '"user";q=100;w=60, "half";q=13;w=2'],
    ['ratelimit', '"user";r=99;t=60, "half";r=9;t=2'],
  ]);
  assert.deepEqual(rateLimitHeaders(decisions, { style: 'draft-6' }), [
    ['ratelimit-limit', '10'],
    ['ratelimit-remaining', '9'],
    ['ratelimit-reset', '2'],
  ]);
  const alone = createRateLimiter({ rules: [shadow], clock });
  assert.deepEqual(rateLimitHeaders(alone.check('ada'), { rules: alone.rules, style: 'both' }), []);
  assert.throws(() => rateLimitHeaders([]), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
});

test('[RATE-100] what is left and its time never say more than the pace, and nothing left is until there is more', async () => {
  const rule = fc.record({
    limit: fc.integer({ min: 1, max: 50 }),
    windowMs: fc.integer({ min: 1_000, max: 100_000 }),
    algorithm: fc.constantFrom('gcra', 'sliding-counter', 'exact-log', 'fixed-window'),
  });
  const property = fc.asyncProperty(rule, fc.integer({ min: 1, max: 60 }), async (numbers, asks) => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ rules: [{ name: 'r', ...numbers }], clock });
    for (let asked = 1; asked < asks; asked++) limiter.check('k');
    const decision = limiter.check('k');
    const [, left, seconds] = /;r=(\d+);t=(\d+)$/.exec(rateLimitHeaders(decision)[1]![1])!.map(Number);
    assert.ok(left! <= Math.ceil((seconds! * 1_000 * numbers.limit) / numbers.windowMs), `${left} in ${seconds}`);
    await clock.advance(seconds! * 1_000);
    assert.ok(limiter.peek('k').allowed);
    if (numbers.algorithm === 'gcra' && left === 0) {
      assert.ok(seconds! <= Math.ceil(numbers.windowMs / numbers.limit / 1_000));
    }
  });
  await fc.assert(property, { numRuns: 100, ...propertySeed() });
});

test('[RATE-102] those who are denied together are spread when asked', () => {
  const limiter = createRateLimiter({ rules: [{ name: 'r', limit: 1, windowMs: 1_001 }], clock: createFakeClock() });
  const allowed = limiter.check('ada');
  const denied = limiter.check('ada');
  const after = (options: RateLimitHeaderOptions): string | undefined =>
    new Map(rateLimitHeaders([denied, allowed], options)).get('retry-after');
  assert.equal(after({}), '2');
  assert.equal(after({ retryJitterMs: 10_000, random: () => 0.5 }), '7');
  for (const retryJitterMs of [-1, 1.5, 86_400_001]) {
    assert.throws(() => after({ retryJitterMs }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
});

test('[RATE-102] who is banned is told so, and which rules said no beside', () => {
  const clock = createFakeClock();
  const [one, two] = ['one', 'two'].map((name) =>
    createRateLimiter({ rules: [{ name, limit: 1, windowMs: 1_000 }], clock }),
  );
  two!.check('ada');
  const denied = two!.check('ada');
  one!.ban('ada', 90_000);
  const { headers, body } = tooManyRequests([denied, one!.check('ada')]);
  const { type, 'violated-policies': violated, detail } = JSON.parse(body);
  assert.equal(type, 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected');
  assert.deepEqual([violated, new Map(headers).get('retry-after')], [['two'], '90']);
  assert.match(detail, /try again in 90 s/);
});

test('[RATE-101] the headers of old are there where they are asked for', () => {
  const limiter = openLimiter();
  const legacy = [
    ['x-ratelimit-limit', '2'],
    ['x-ratelimit-remaining', '1'],
    ['x-ratelimit-reset', '1'],
  ];
  assert.deepEqual(rateLimitHeaders(limiter.check('ada'), { style: 'legacy' }), legacy);
  const both = rateLimitHeaders(limiter.peek('ada'), { style: 'both' }).map(([name]) => name);
  assert.deepEqual(both, ['ratelimit-policy', 'ratelimit', ...legacy.map(([name]) => name)]);
  assert.throws(() => rateLimitHeaders(limiter.check('ada'), { style: 'new' as never }), {
    code: 'MILLRACE_RATELIMIT_OPTION_INVALID',
  });
});

test('[RATE-102] a denial is a problem document that names the rule and nobody', () => {
  const limiter = openLimiter();
  limiter.check('ada', 2);
  const { status, headers, body } = tooManyRequests(limiter.check('ada'), { rules: limiter.rules });
  assert.equal(status, 429);
  const sent = new Headers(headers as [string, string][]);
  assert.equal(sent.get('content-type'), 'application/problem+json');
  assert.equal(sent.get('retry-after'), '1');
  assert.equal(sent.get('cache-control'), 'no-store');
  assert.deepEqual(JSON.parse(body), {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Too Many Requests',
    status: 429,
    detail: 'the limit of 2 in 1 s is used up; try again in 0.5 s',
    'violated-policies': ['second'],
  });
  assert.ok(!body.includes('ada'));
});

test('[RATE-102] what can never pass is not told to wait', () => {
  const limiter = openLimiter();
  const { headers, body } = tooManyRequests(limiter.check('ada', 3));
  assert.equal(new Headers(headers as [string, string][]).has('retry-after'), false);
  assert.match(body, /more than may ever be asked for at once/);
});
