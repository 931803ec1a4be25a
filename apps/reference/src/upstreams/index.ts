/** The fake upstreams of the reference service, each in a process of its own. @module */
export type { CrsCounts } from './crs/call-counts.ts';
export { type Crs, type StartCrsOptions, startCrs } from './crs/crs-process.ts';
export type { CrsEndpoint } from './crs/latency.ts';
