import type { RequestSpec } from '../scenario/index.ts';
import { mergeFields } from './header-fields.ts';

/** What a request of a flow may hold, in one of three forms, and its header fields. */
export interface ContentOptions<Body> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** A body as JSON, with its content type. */
  readonly json?: unknown;
  /** A body as a form, with its content type. */
  readonly form?: Readonly<Record<string, string>>;
}

const JSON_TYPE: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
const FORM_TYPE: Readonly<Record<string, string>> = { 'content-type': 'application/x-www-form-urlencoded' };

/** The body as it goes out, and the header fields with its content type among them unless they have one. */
export function contentOf<Body extends NonNullable<RequestSpec['body']>>(
  options: ContentOptions<Body>,
): { readonly headers?: Readonly<Record<string, string>>; readonly body?: Body | string } {
  const { headers, body, json, form } = options;
  if (json !== undefined) return { headers: mergeFields(JSON_TYPE, headers), body: JSON.stringify(json) };
  if (form !== undefined) {
    return { headers: mergeFields(FORM_TYPE, headers), body: new URLSearchParams(form).toString() };
  }
  return { ...(headers && { headers }), ...(body !== undefined && { body }) };
}
