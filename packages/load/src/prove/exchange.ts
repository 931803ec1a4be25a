import { request } from 'node:http';
import { pipeline } from 'node:stream';
import type { Answer, RequestSpec } from '../scenario/index.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * One request on a connection of its own, outside any measurement: readiness, counters, digests.
 * Rejects when there is no complete answer within `timeoutMs` or when `signal` aborts.
 */
export function exchange(
  baseUrl: string,
  spec: RequestSpec,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Answer> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(deadline.aborted ? new Error(`no answer within ${options.timeoutMs} ms`) : error);
    };
    const outgoing = request(new URL(spec.path, baseUrl), {
      method: spec.method,
      headers: {
        ...spec.headers,
        ...(isWhole(spec.body) && { 'content-length': Buffer.byteLength(spec.body) }),
      },
      agent: false,
      signal,
    });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) incoming.destroy(new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('error', fail);
      incoming.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        resolve({ status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    if (spec.body === undefined || isWhole(spec.body)) outgoing.end(spec.body);
    else pipeline(spec.body.open(), outgoing, (error) => void (error && fail(error)));
  });
}

function isWhole(body: RequestSpec['body']): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}
