import type { Socket } from 'node:net';
import type { Clock, Timer } from 'millrace/core';
import type { BodySource } from '../scenario/index.ts';
import type { EncodedRequest } from './request-encoder.ts';
import type { ResponseScanner } from './response-scanner.ts';

/** How long a server may keep silent to `Expect: 100-continue` before the content is sent all the same (RFC 9110, section 10.1.1). */
const CONTINUE_MS = 1_000;
const CONTINUE = 100;
const FIRST_REFUSAL = 300;

/** The content of one request on its way. */
export interface Upload {
  /** All of it was handed to the socket. */
  readonly isDone: boolean;
  /** Looks at what has come back: a 100 lets the content go, a refusal stops it. */
  heed(scanner: ResponseScanner): void;
  /** Sends no more of it. */
  stop(): void;
}

/**
 * Writes a request that has content, no faster than the connection takes it.
 * @param broken hears why the content could not be read; not after `stop`.
 */
export function startUpload(
  socket: Socket,
  { text, encoding, content, expectsContinue = false }: EncodedRequest,
  clock: Clock,
  broken: (reason: string) => void,
): Upload {
  if (content instanceof Uint8Array && !expectsContinue) {
    // Both in one packet where they fit.
    socket.cork();
    socket.write(text, encoding);
    socket.write(content);
    socket.uncork();
    return WRITTEN;
  }
  socket.write(text, encoding);
  const source = content instanceof Uint8Array ? sourceOf(content) : (content as BodySource);
  return new StreamedUpload(socket, source, clock, expectsContinue, broken);
}

const WRITTEN: Upload = { isDone: true, heed() {}, stop() {} };

function sourceOf(bytes: Uint8Array): BodySource {
  return {
    bytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

class StreamedUpload implements Upload {
  isDone: boolean = false;
  readonly #socket: Socket;
  readonly #source: BodySource;
  #stopped = false;
  #begun = false;
  #patience: Timer | undefined;
  #parts: AsyncIterator<Uint8Array> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  readonly #broken: (reason: string) => void;

  constructor(socket: Socket, source: BodySource, clock: Clock, waits: boolean, broken: (reason: string) => void) {
    this.#socket = socket;
    this.#source = source;
    this.#broken = broken;
    if (waits) this.#patience = clock.schedule(CONTINUE_MS, () => this.#begin());
    else this.#begin();
  }

  heed(scanner: ResponseScanner): void {
    if (scanner.hasHead && scanner.status >= FIRST_REFUSAL) this.stop();
    else if (scanner.interim === CONTINUE || scanner.hasHead) this.#begin();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#patience?.cancel();
    this.#drained?.resolve();
    // The rest of the source is not wanted; what it says to that concerns nobody.
    this.#parts?.return?.().catch(() => {});
  }

  #begin(): void {
    if (this.#begun || this.#stopped) return;
    this.#begun = true;
    this.#patience?.cancel();
    this.#send().catch((cause: unknown) => {
      if (!this.#stopped) this.#broken(`the body: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
  }

  async #send(): Promise<void> {
    const { bytes } = this.#source;
    this.#parts = this.#source.open()[Symbol.asyncIterator]();
    let sent = 0;
    for (;;) {
      const { done = false, value } = await this.#parts.next();
      if (this.#stopped) return;
      if (done) break;
      sent += value.length;
      if (bytes !== undefined && sent > bytes) throw new Error(`it is longer than the ${bytes} bytes announced`);
      const takesMore = value.length === 0 || this.#write(value, bytes === undefined);
      // The service may answer before the source says that it has ended.
      this.isDone = sent === bytes;
      if (!takesMore) await this.#drain();
      if (this.#stopped) return;
    }
    if (bytes !== undefined && sent < bytes) throw new Error(`it ended after ${sent} of the ${bytes} bytes announced`);
    if (bytes === undefined) this.#socket.write('0\r\n\r\n', 'latin1');
    this.isDone = true;
  }

  /** Whether the socket takes more at once. */
  #write(part: Uint8Array, inChunks: boolean): boolean {
    if (!inChunks) return this.#socket.write(part);
    this.#socket.cork();
    this.#socket.write(`${part.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(part);
    const takesMore = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return takesMore;
  }

  #drain(): Promise<void> {
    const drained = Promise.withResolvers<void>();
    this.#drained = drained;
    this.#socket.once('drain', drained.resolve);
    return drained.promise;
  }
}
