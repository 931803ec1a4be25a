import type { Outcome } from './node-parser.test.ts';
import { ResponseScanner, SCAN_BROKEN, SCAN_COMPLETE, SCAN_MORE, type ScannerOptions } from './response-scanner.ts';

/** Bounds that no response of the corpus reaches. */
export const BOUNDS: ScannerOptions = { maxHeadBytes: 16_384, maxKeptBytes: 65_536 };

/** What the scanner makes of the pieces of one connection that then ends. */
export function scan(
  pieces: readonly Uint8Array[],
  method: 'GET' | 'HEAD',
  scanner: ResponseScanner = new ResponseScanner(BOUNDS),
): Outcome {
  scanner.start(method === 'HEAD', true);
  let state = SCAN_MORE;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    state = scanner.push(piece, piece.length);
    if (state === SCAN_BROKEN) return { kind: 'broken' };
  }
  if (state === SCAN_MORE) state = scanner.end();
  if (state !== SCAN_COMPLETE) return { kind: 'broken' };
  const body = scanner.body()?.text() ?? '';
  return { kind: 'answer', status: scanner.head.status, body, bytes: scanner.bodyBytes };
}

/** Bytes of a text whose characters are bytes. */
export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
