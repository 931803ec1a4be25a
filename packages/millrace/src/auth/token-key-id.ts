/**
 * The `kid` of the header of a token that has been verified. An empty text: it was signed, and names no key. Undefined: it
 * has no header, so nobody signed it.
 */
export function keyIdOf(token: string): string | undefined {
  const end = token.indexOf('.');
  if (end < 0) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, end), 'base64url').toString('utf8'));
    const { kid } = header as { readonly kid?: unknown };
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}
