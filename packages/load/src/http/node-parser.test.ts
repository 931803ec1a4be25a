import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';

/** What a client made of the bytes of one connection that carries one response and then ends. */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly bytes: number }
  | { readonly kind: 'broken' };

/** What Node's own HTTP client (llhttp, strict) makes of the bytes. The yardstick for the scanner. */
export function parseByNode(bytes: Uint8Array, method: 'GET' | 'HEAD'): Promise<Outcome> {
  return new Promise((resolve) => {
    const broken = (): void => resolve({ kind: 'broken' });
    const asked: ClientRequest = request({ method, createConnection: () => answerWith(bytes) });
    asked.on('error', broken);
    asked.on('upgrade', broken);
    let answered = false;
    asked.on('close', () => void (answered || broken()));
    asked.on('response', (answer: IncomingMessage) => {
      answered = true;
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', broken);
      answer.on('close', broken);
      answer.on('end', () => {
        if (!answer.complete) return broken();
        const body = Buffer.concat(parts);
        resolve({ kind: 'answer', status: answer.statusCode ?? 0, body: body.toString(), bytes: body.length });
      });
    });
    asked.end();
  });
}

/** A connection whose other side sends `bytes` once something was written, and ends. */
function answerWith(bytes: Uint8Array): Duplex {
  return new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      this.push(bytes);
      this.push(null);
      done();
    },
  });
}
