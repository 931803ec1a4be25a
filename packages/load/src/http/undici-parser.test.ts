import { Duplex } from 'node:stream';
import { Client } from 'undici';
import type { Outcome } from './node-parser.test.ts';

/** What undici makes of the bytes, which come in these pieces: the second yardstick for the scanner. */
export async function parseByUndici(pieces: readonly Uint8Array[], method: 'GET' | 'HEAD'): Promise<Outcome> {
  const client = new Client('http://127.0.0.1', {
    connect: (_options, opened) => queueMicrotask(() => opened(null, answerWith(pieces) as never)),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let status = 0;
  const parts: Buffer[] = [];
  try {
    return await new Promise((resolve) => {
      const broken = (): void => resolve({ kind: 'broken' });
      client.dispatch(
        { method, path: '/' },
        {
          onRequestStart() {},
          onRequestUpgrade: broken,
          onResponseStart(_controller, code) {
            status = code;
          },
          onResponseData: (_controller, part) => void parts.push(part),
          onResponseEnd() {
            const body = Buffer.concat(parts);
            resolve({ kind: 'answer', status, body: body.toString('utf8'), bytes: body.length });
          },
          onResponseError: broken,
        },
      );
    });
  } finally {
    client.destroy().catch(() => {});
  }
}

/** A connection that answers its first write with the pieces, and then ends. */
function answerWith(pieces: readonly Uint8Array[]): Duplex {
  let answered = false;
  const duplex = new Duplex({
    read() {},
    write(_part, _encoding, done) {
      done();
      if (answered) return;
      answered = true;
      pushNext([...pieces.filter(({ length }) => length > 0), null]);
    },
  });
  // Each in a turn of its own, since what lies together is read together.
  const pushNext = ([next = null, ...rest]: readonly (Uint8Array | null)[]): void =>
    void setImmediate(() => {
      duplex.push(next);
      if (next !== null) pushNext(rest);
    });
  const still = (): Duplex => duplex;
  return Object.assign(duplex, { setTimeout: still, ref: still, unref: still });
}
