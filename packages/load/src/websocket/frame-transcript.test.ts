import { finished } from 'node:stream/promises';
import * as ws from 'ws';
import { FrameParser, type FrameParserOptions } from './frame-parser.ts';

/** What a parser heard, in order; the last line tells how the stream stands. */
export type Transcript = readonly string[];

export const BOUNDS: FrameParserOptions = { maxMessageBytes: 70_000, extensionBits: 0 };

const hex = (kind: string, bytes: Uint8Array): string => `${kind} ${Buffer.from(bytes).toString('hex')}`;

/** What our parser makes of the pieces. */
export function parsed(pieces: readonly Buffer[], options: FrameParserOptions = BOUNDS): Transcript {
  const heard: string[] = [];
  const parser = new FrameParser(
    {
      onMessage: (bytes, start, end, isText, bits) =>
        heard.push(
          `${hex(isText ? 'text' : 'binary', bytes.subarray(start, end))}${bits === 0 ? '' : ` bits ${bits}`}`,
        ),
      onPing: (bytes, start, end) => heard.push(hex('ping', bytes.subarray(start, end))),
      onPong: (bytes, start, end) => heard.push(hex('pong', bytes.subarray(start, end))),
      onCloseFrame: (code, reason) => heard.push(`close ${code} ${reason}`),
    },
    options,
  );
  for (const piece of pieces) parser.push(piece, 0, piece.length);
  return [...heard, parser.closeCode === 0 ? 'sound' : `broken ${parser.closeCode}`];
}

/** Why our parser refuses the bytes; empty when it does not. */
export function problemOf(bytes: Buffer): string {
  const ignore = (): void => {};
  const listener = { onMessage: ignore, onPing: ignore, onPong: ignore, onCloseFrame: ignore };
  const parser = new FrameParser(listener, BOUNDS);
  parser.push(bytes, 0, bytes.length);
  return parser.problem;
}

type Receiver = NodeJS.WritableStream & NodeJS.EventEmitter;
const { Receiver: WsReceiver } = ws as unknown as { Receiver: new (options: object) => Receiver };

/** What the receiver of `ws` makes of the bytes. */
export async function parsedByWs(bytes: Buffer): Promise<Transcript> {
  const heard: string[] = [];
  const receiver = new WsReceiver({ allowSynchronousEvents: true, maxPayload: BOUNDS.maxMessageBytes });
  receiver.on('message', (data: Buffer, isBinary: boolean) => heard.push(hex(isBinary ? 'binary' : 'text', data)));
  receiver.on('ping', (data: Buffer) => heard.push(hex('ping', data)));
  receiver.on('pong', (data: Buffer) => heard.push(hex('pong', data)));
  receiver.on('conclude', (code: number, reason: Buffer) => heard.push(`close ${code} ${reason.toString()}`));
  receiver.end(bytes);
  try {
    await finished(receiver);
    return [...heard, 'sound'];
  } catch (error) {
    const status = Object.getOwnPropertySymbols(error).find((symbol) => symbol.description === 'status-code');
    if (status === undefined) throw error;
    return [...heard, `broken ${(error as Record<symbol, number>)[status]}`];
  }
}

/** The bytes in pieces that end at `cuts` (any numbers). */
export function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** A frame of a server. `first` is its first byte, as in 0x81 for a text in one frame. */
export function frame(first: number, payload: string | Uint8Array = ''): Buffer {
  const body = Buffer.from(payload as string);
  const { length } = body;
  if (length < 126) return Buffer.concat([Buffer.of(first, length), body]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeUInt32BE(length, 6);
  return Buffer.concat([head, body]);
}
