import type { Dispatcher } from 'undici';
import { fieldOf } from '../http/index.ts';
import type { BodySource, RequestSpec } from '../scenario/index.ts';

/** The generator's own failure: it could not read what it was to send. */
export class UnreadableBody extends Error {}

/** The request as undici takes it. @param traceparent for requests that set none themselves */
export function requestOf(
  { method, path, headers: own, body }: RequestSpec,
  traceparent: string | undefined,
): Dispatcher.DispatchOptions {
  const isTraced = traceparent !== undefined && fieldOf(own, 'traceparent') === undefined;
  const headers = isTraced ? { traceparent, ...own } : own;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    return { method, path, headers: { ...headers }, body: body ?? null };
  }
  const length = body.bytes === undefined ? {} : { 'content-length': String(body.bytes) };
  return {
    method,
    path,
    headers: { ...headers, ...length },
    body: readable(body) as unknown as Dispatcher.DispatchOptions['body'] & object,
  };
}

async function* readable(body: BodySource): AsyncGenerator<Uint8Array> {
  try {
    yield* body.open();
  } catch (cause) {
    throw new UnreadableBody(`the body: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
