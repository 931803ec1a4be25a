import type { Dispatcher } from 'undici';
import type { RequestSpec } from '../scenario/index.ts';

/** The request as undici takes it. */
export function requestOf({ method, path, headers, body }: RequestSpec): Dispatcher.DispatchOptions {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    return { method, path, headers: { ...headers }, body: body ?? null };
  }
  const length = body.bytes === undefined ? {} : { 'content-length': String(body.bytes) };
  return {
    method,
    path,
    headers: { ...headers, ...length },
    body: body.open() as unknown as Dispatcher.DispatchOptions['body'] & object,
  };
}
