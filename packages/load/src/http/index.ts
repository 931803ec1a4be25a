/** HTTP/1.1 as a load generator needs it: one write, one exact answer, each failure by its class. @module */
export { ConnectionPool } from './connection-pool.ts';
export type { Exchange, ExchangeHandler, Failure } from './exchange.ts';
export { type EncodedRequest, encodeRequest } from './request-encoder.ts';
export { ResponseScanner } from './response-scanner.ts';
