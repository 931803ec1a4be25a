/** Memory for what comes in pieces. @module */
export { GrowingBytes } from './growing-bytes.ts';
