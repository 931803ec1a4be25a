/** The fake upstreams of the reference service, each in a process of its own. @module */
export { type Crs, startCrs } from './crs/crs-process.ts';
export { type Llm, startLlm } from './llm/llm-process.ts';
