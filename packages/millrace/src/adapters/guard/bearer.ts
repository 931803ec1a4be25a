/** RFC 6750 section 2.1: the scheme in any case, one space or more (RFC 9110 section 11.4), and a token that is one word. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const SCHEME = /^bearer(?:\s|$)/i;
/** A header that may come once came as several lines, or somebody has joined them: a comma has no other meaning here. */
const SEVERAL = /^bearer(?=[\s,])[^,]*,|,\s*bearer(?:[\s,]|$)/i;

/** What an `Authorization` header says: a token, one that cannot be read, several credentials, or nothing of this kind. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed' | 'several' | 'none' };

const MALFORMED: Bearer = { kind: 'malformed' };
const SEVERAL_ONES: Bearer = { kind: 'several' };
const NONE: Bearer = { kind: 'none' };

/** Reads the header; several lines are handed in joined by commas, as web requests have them. */
export function readBearer(authorization: string | undefined): Bearer {
  if (authorization === undefined) return NONE;
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined) return { kind: 'token', token };
  if (SEVERAL.test(authorization)) return SEVERAL_ONES;
  return SCHEME.test(authorization) ? MALFORMED : NONE;
}
