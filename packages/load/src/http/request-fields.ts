import { LOAD_ERRORS } from '../errors.ts';

const PATH = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t -~]*$/;

/** Whether it is a token (RFC 9110 section 5.6.2), as the names of fields and of subprotocols are. */
export function isToken(text: string): boolean {
  return NAME.test(text);
}

/** @throws MILLRACE_LOAD_REQUEST_INVALID unless it is a path that may stand in a request */
export function checkPath(path: string): void {
  if (!PATH.test(path)) throw refuseRequest('path', path);
}

const ENGINES_OWN: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** @throws MILLRACE_LOAD_REQUEST_INVALID unless they may stand in a request and none is the engine's own */
export function checkFields(headers: Readonly<Record<string, string>>): void {
  writeFields(headers);
}

/**
 * The lines of header fields, checked, so that no value can smuggle in another field or request.
 * @param own names in lower case that only the engine may set; default those of a request with content
 * @throws MILLRACE_LOAD_REQUEST_INVALID
 */
export function writeFields(
  headers: Readonly<Record<string, string>> | undefined,
  own: ReadonlySet<string> = ENGINES_OWN,
): string {
  let text = '';
  for (const name in headers) {
    const value = headers[name] as string;
    if (!NAME.test(name) || own.has(name.toLowerCase())) throw refuseRequest('header name', name);
    if (!VALUE.test(value)) throw refuseRequest(`header ${name}`, 'a value with bytes that are not allowed');
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** The value of the field of that name, in lower case, however its name is written there. */
export function fieldOf(headers: Readonly<Record<string, string>> | undefined, wanted: string): string | undefined {
  for (const name in headers) {
    if (name.length === wanted.length && name.toLowerCase() === wanted) return headers[name];
  }
  return undefined;
}

/** A part of a request that cannot be sent. */
export function refuseRequest(part: string, value: string): Error {
  return LOAD_ERRORS.create('MILLRACE_LOAD_REQUEST_INVALID', { part, value: JSON.stringify(value) });
}
