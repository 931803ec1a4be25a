/**
 * Why bytes that were found counted as nothing. `foreign`: not ours, or not all of it; `version`: of another format;
 * `schema`: of another `schemaVersion`; `serializer`: of another serializer; `key`: stored under another key; `encryption`:
 * of a key that is not here, or not encrypted where all should be; `damaged`: changed since they were written; `tooLarge`:
 * they would unpack to more than `maxPlainBytes`; `undecodable`: the serializer refused them; `invalid`: `validate` did.
 */
export type ReadRefusal =
  | 'foreign'
  | 'version'
  | 'schema'
  | 'serializer'
  | 'key'
  | 'encryption'
  | 'damaged'
  | 'tooLarge'
  | 'undecodable'
  | 'invalid';

/**
 * Why a value was not written. `unserializable`: something of it would be lost; `tooLarge`: above `maxBytes` or
 * `maxPlainBytes`; `keyWorn`: the encryption key has written as many values as it may.
 */
export type WriteRefusal = 'unserializable' | 'tooLarge' | 'keyWorn';

/** What a codec has done since it was made. */
export interface CodecStats {
  /** Values written. */
  readonly written: number;
  /** Those of them that were compressed. */
  readonly compressed: number;
  /** Those of them that were encrypted, all with the current key. */
  readonly encrypted: number;
  /** Values read. */
  readonly read: number;
  /** Values that were not written, by the reason. */
  readonly writesRefused: Readonly<Record<WriteRefusal, number>>;
  /** Bytes that counted as nothing, by the reason. */
  readonly readsRefused: Readonly<Record<ReadRefusal, number>>;
}

/** Counts for {@link CodecStats}. */
export class CodecCounts {
  written = 0;
  compressed = 0;
  read = 0;
  readonly writesRefused: Record<WriteRefusal, number> = { unserializable: 0, tooLarge: 0, keyWorn: 0 };
  readonly readsRefused: Record<ReadRefusal, number> = {
    ...{ foreign: 0, version: 0, schema: 0, serializer: 0, key: 0 },
    ...{ encryption: 0, damaged: 0, tooLarge: 0, undecodable: 0, invalid: 0 },
  };

  snapshot(encrypted: number): CodecStats {
    const { written, compressed, read } = this;
    const writesRefused = { ...this.writesRefused };
    return { written, compressed, encrypted, read, writesRefused, readsRefused: { ...this.readsRefused } };
  }
}
