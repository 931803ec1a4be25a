/** Values as bytes. @module */
export type { CodecOptions } from './codec-options.ts';
export type { CodecStats, ReadRefusal, WriteRefusal } from './codec-stats.ts';
export type { Compression } from './compression.ts';
export type { EncryptionKeys } from './key-ring.ts';
export { createMsgpackrSerializer } from './msgpackr-serializer.ts';
export type { Serializer } from './serializer.ts';
export type { StandardSchema, StandardSchemaResult, ValueCheck } from './value-check.ts';
export { createValueCodec, type DecodedValue, type ValueCodec } from './value-codec.ts';
