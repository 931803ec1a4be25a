/** Claims that do not hold, by what is wrong with them; `undefined` takes a claim away. */
type FaultyClaims = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Changes of good claims after which they must not be believed, whoever signed them.
 * @param now in seconds since the Unix epoch
 */
export function faultyClaims(good: Readonly<Record<string, unknown>>, now: number): FaultyClaims {
  return {
    ...(good.iss !== undefined && {
      'another issuer': { iss: 'https://evil.example' },
      'no issuer': { iss: undefined },
    }),
    ...(good.aud !== undefined && {
      'another audience': { aud: 'https://other.example' },
      'no audience': { aud: undefined },
    }),
    'no subject': { sub: undefined },
    'an empty subject': { sub: '' },
    'no expiry': { exp: undefined },
    'no expiry and no issue time': { exp: undefined, iat: undefined },
    expired: { exp: now - 1 },
    'expiry in milliseconds': { exp: (now + 600) * 1_000 },
    'expiry as text': { exp: String(now + 600) },
    'negative expiry': { exp: -now },
    'expiry of nothing': { exp: 0 },
    'expiry a moment ago, in fractions': { exp: now - 0.5 },
    'huge expiry': { exp: 1e300 },
    'expiry of null': { exp: null },
    'not yet': { nbf: now + 300 },
    'beginning as text': { nbf: 'now' },
    'beginning in milliseconds': { nbf: now * 1_000 },
    'beginning of null': { nbf: null },
  };
}
