/** RFC 6750 section 2.1: the scheme in any case, one space or more, and a token that is one word. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const SCHEME = /^bearer(?: |$)/i;

/** What an `Authorization` header says: a token, one that cannot be read, or nothing of this kind. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'none' };

const MALFORMED: Bearer = { kind: 'malformed' };
const NONE: Bearer = { kind: 'none' };

/** Reads the one header; several of them, joined, are malformed. */
export function readBearer(authorization: string | undefined): Bearer {
  if (authorization === undefined || !SCHEME.test(authorization)) return NONE;
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined ? MALFORMED : { kind: 'token', token };
}
