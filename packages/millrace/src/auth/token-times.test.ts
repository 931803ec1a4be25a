import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenClaims } from './token-claims.ts';

/** Wall time of the clock, in seconds: a whole number. */
const NOW = 1_800_000_000;
const [IN, INVALID, EXPIRED, EARLY] = ['in', 'INVALID', 'EXPIRED', 'EARLY'];
const HUGE = '9'.repeat(400);

/** Claims as the JSON of a token has them, so that what JSON can say is tried: `1e999`, `-0`, more digits than a number has. */
type Times = Readonly<Partial<Record<'exp' | 'nbf' | 'iat', string>>>;

function open(
  options: { readonly clockToleranceMs?: number; readonly maxTokenAgeMs?: number } = {},
): TokenCheck<object> {
  return createTokenCheck<TokenClaims, object>({
    verify: (token) => JSON.parse(Buffer.from(token, 'base64url').toString()) as TokenClaims,
    loadIdentity: async () => ({}),
    clock: createFakeClock({ wallMs: NOW * 1_000 }),
    ...options,
  });
}

async function outcome(check: TokenCheck<object>, times: Times): Promise<string> {
  const claims = Object.entries({ sub: '"ada"', exp: String(NOW + 60), ...times });
  const token = Buffer.from(`{${claims.map(([name, text]) => `"${name}":${text}`).join()}}`).toString('base64url');
  try {
    await check.check(token);
    return 'in';
  } catch (error) {
    return String((error as { code?: string }).code).replace('MILLRACE_AUTH_TOKEN_', '');
  }
}

async function holds(
  options: Parameters<typeof open>[0],
  claim: keyof Times,
  rows: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [text, expected] of Object.entries(rows)) {
    const check = open(options);
    for (const which of ['first', 'again']) {
      assert.equal(await outcome(check, { [claim]: text }), expected, `${claim} ${text.slice(0, 20)}, ${which}`);
    }
  }
}

/** What is no time, whatever the claim. */
const NO_TIMES = Object.fromEntries(
  ['"soon"', `"${NOW + 60}"`, '0', '-0', '-1', `-${NOW}`, '1e999', '-1e999', '1e300', HUGE, 'true', '[]', '{}']
    .concat([`[${NOW + 60}]`, `${NOW}000`, '253402300800'])
    .map((text) => [text, INVALID] as const),
);

test('[AUTH-33] an expiry is a time in seconds, whole or not, and counts to its very moment', async () => {
  const edges = { [`${NOW}`]: EXPIRED, [`${NOW}.0009`]: IN, [`${NOW}.001`]: IN, [`${NOW - 1}.999`]: EXPIRED };
  await holds({}, 'exp', { ...NO_TIMES, null: INVALID, ...edges, '1': EXPIRED, '0.5': EXPIRED, '253402300799': IN });
  await holds({ clockToleranceMs: 300_000 }, 'exp', { [`${NOW}`]: EXPIRED }); // None is given to what is over.
});

test('[AUTH-70] a beginning is a time in seconds, whole or not, and the tolerance ends at its very millisecond', async () => {
  const edges = { [`${NOW}`]: IN, [`${NOW}.001`]: EARLY, [`${NOW + 1}`]: EARLY, '1': IN, '0.5': IN };
  await holds({}, 'nbf', { ...NO_TIMES, null: INVALID, ...edges, '253402300799': EARLY });
  const tolerated = { [`${NOW + 5}`]: IN, [`${NOW + 5}.001`]: EARLY, [`${NOW + 6}`]: EARLY };
  await holds({ clockToleranceMs: 5_000 }, 'nbf', tolerated);
});

test('[AUTH-70, AUTH-146] a time of issue is one wherever it is given, and is judged where the age is', async () => {
  await holds({}, 'iat', { ...NO_TIMES, null: INVALID, [`${NOW}`]: IN, [`${NOW + 9}`]: IN, '1': IN });
  const aged = { [`${NOW}`]: IN, [`${NOW - 59}.001`]: IN, [`${NOW - 60}`]: EXPIRED, [`${NOW}.001`]: EARLY };
  await holds({ maxTokenAgeMs: 60_000 }, 'iat', { ...NO_TIMES, null: INVALID, ...aged });
  const tolerated = { [`${NOW + 5}`]: IN, [`${NOW + 5}.001`]: EARLY };
  await holds({ maxTokenAgeMs: 60_000, clockToleranceMs: 5_000 }, 'iat', tolerated);
});
