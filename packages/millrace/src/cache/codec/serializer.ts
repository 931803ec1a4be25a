/**
 * Turns one value into bytes and back. What comes back must equal what went in: an `encode` that would lose something must
 * throw instead, and the value is then not shared. `millrace/cache` has two: strict JSON, the default, and
 * {@link createMsgpackrSerializer}.
 * @example
 * const text: Serializer = {
 *   id: 128,
 *   name: 'text',
 *   encode: (value) => {
 *     if (typeof value !== 'string' || !value.isWellFormed()) throw new TypeError('not a text');
 *     return Buffer.from(value);
 *   },
 *   decode: (bytes) => bytes.toString(),
 * };
 */
export interface Serializer {
  /** Stands in the bytes: those of another serializer are nothing. 128 to 255 for one of your own. */
  readonly id: number;
  /** For errors. */
  readonly name: string;
  /** Throws when the value cannot be written without loss. The bytes must not change afterwards. */
  encode(value: unknown): Uint8Array;
  /** Throws when the bytes make no sense. Must neither keep nor change them. */
  decode(bytes: Buffer): unknown;
}
