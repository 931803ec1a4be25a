import { createReadStream, statSync } from 'node:fs';

/** A body that is read while it is sent, no faster than the service takes it. */
export interface BodySource {
  /** Its length, sent as Content-Length and kept to; without it the body goes out in chunks. */
  readonly bytes?: number;
  /** Begins to read it: once each time it is sent, from its start. */
  open(): AsyncIterable<Uint8Array>;
}

const PART_BYTES = 65_536;

/**
 * A file as a body; its length is looked up now, and it is read anew each time it is sent.
 * @throws the system's error (`ENOENT`) when there is no such file
 * @example
 * const photo = fileBody('photo.jpg');
 * const build = () => ({ method: 'PUT', path: '/photos/1', body: photo }) as const;
 */
export function fileBody(path: string | URL): BodySource {
  const { size: bytes } = statSync(path);
  return { bytes, open: () => createReadStream(path, { highWaterMark: PART_BYTES }) };
}
