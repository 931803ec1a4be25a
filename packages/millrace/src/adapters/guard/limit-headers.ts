/** Lists, by draft-ietf-httpapi-ratelimit-headers. */
const LISTS: readonly string[] = ['ratelimit', 'ratelimit-policy'];

/**
 * A header of an answer of which two limits tell, one before the other. Lists hold both, the outer first; what holds one limit
 * alone, such as `X-RateLimit-Limit`, tells of the inner, which knows more of who asks. Other headers are the inner's.
 */
export function joinHeader(name: string, outer: unknown, inner: string): string {
  const isList = LISTS.includes(name.toLowerCase()) && outer !== undefined && outer !== null;
  return isList ? `${String(outer)}, ${inner}` : inner;
}
