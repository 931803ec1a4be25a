import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../../testing/index.ts';
import { createRateLimiter, type RateLimiter } from '../rate-limiter.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
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
