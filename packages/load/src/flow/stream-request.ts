import { checkPath } from '../http/index.ts';
import { type RequestSpec, refuseOption } from '../scenario/index.ts';
import { contentOf } from './content.ts';
import type { EventsOptions } from './user-events.ts';

const METHODS: readonly RequestSpec['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The opening of an event stream as it goes out, without what session and cookies add. */
export interface StreamRequest {
  readonly method: RequestSpec['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_LOAD_REQUEST_INVALID */
export function streamRequestOf(path: string, options: EventsOptions): StreamRequest {
  const { headers = {}, body } = contentOf(options);
  const { method = body === undefined ? 'GET' : 'POST' } = options;
  if (!METHODS.includes(method)) throw refuseOption('method', method, METHODS.join(', '));
  if (body !== undefined && method === 'GET') throw refuseOption('method', method, 'another one, with a body');
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw refuseOption('body', body, 'a string or bytes');
  }
  checkPath(path);
  return { method, headers, body: body === undefined ? undefined : Buffer.from(body) };
}
