const MASK = '***';

/** A query parameter of one of these names holds what lets somebody in. */
const SECRET_PARAMETER =
  /([?&](?:[\w-]*(?:token|secret|password|passwd|(?:api|access|subscription)[-_]?key|signature|credential|session|jwt)[\w-]*|auth|code|key|pwd|sid|sig)=)[^&#\s"']*/gi;
/** User and password of an address. */
const USER_INFO = /(\/\/)[^/?#\s"'@]*(?:@[^/?#\s"'@]*)*@/g;
/** What stands behind the name of a field that holds a secret. */
const SECRET_FIELD =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|[\w-]*(?:(?:api|access|subscription)[-_]?key|token|secret|password|jwt)[\w-]*)(["']?\s*:\s*["']?)[^"'\n]+/gi;
/** What is a token by its looks, whatever stands before it: of the Bearer scheme (RFC 6750), or a JWT (RFC 7519). */
const SECRET_TOKEN = /\b(bearer\s+)[\w.~+/-]{8,}=*|\beyJ[\w-]{5,}\.eyJ[\w-]+(?:\.[\w-]*)?/gi;

/**
 * A text without what lets somebody in: user and password of addresses, parameters and fields that hold secrets. For
 * everything that is printed or written.
 * @example
 * maskSecrets('GET http://ann:word@host/a?token=x'); // 'GET http://***@host/a?token=***'
 */
export function maskSecrets(text: string): string {
  return text
    .replaceAll(USER_INFO, `$1${MASK}@`)
    .replaceAll(SECRET_PARAMETER, `$1${MASK}`)
    .replaceAll(SECRET_FIELD, `$1$2${MASK}`)
    .replaceAll(SECRET_TOKEN, (_token, scheme: string = '') => `${scheme}${MASK}`);
}
