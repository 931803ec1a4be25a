import { constants, createHmac, type KeyObject, sign } from 'node:crypto';

/** A secret of HMAC as text, or a private key. */
export type SigningKey = string | KeyObject;

/** How each algorithm signs, over node:crypto alone: no library under test makes its own tokens. */
const SIGN: Readonly<Record<string, (data: string, key: SigningKey) => Buffer>> = {
  HS256: (data, key) => createHmac('sha256', key).update(data).digest(),
  RS256: (data, key) => sign('sha256', Buffer.from(data), key),
  PS256: (data, key) => {
    const options = { key: key as KeyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return sign('sha256', Buffer.from(data), options);
  },
  ES256: (data, key) => sign('sha256', Buffer.from(data), { key: key as KeyObject, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (data, key) => sign(null, Buffer.from(data), key),
};

/** The algorithms that tokens can be signed with here. */
export const SIGNING_ALGORITHMS: readonly string[] = Object.keys(SIGN);

/** A part of a token: text as it is, anything else as JSON. */
export function tokenPart(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A token in compact form whose header may say what it likes. */
export function signToken(algorithm: string, key: SigningKey, header: unknown, claims: unknown): string {
  const data = `${tokenPart(header)}.${tokenPart(claims)}`;
  return `${data}.${SIGN[algorithm]!(data, key).toString('base64url')}`;
}
