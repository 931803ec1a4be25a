/** HTTP/1.1 as a load generator needs it: one write, one exact answer, each failure by its class. @module */
export { ConnectionPool } from './connection-pool.ts';
export { ConnectionTimes } from './connection-times.ts';
export { type Exchange, type ExchangeHandler, type Failure, failureOf, type WireAnswer } from './exchange.ts';
export { KeptBody } from './kept-body.ts';
export { type EncodedRequest, encodeRequest } from './request-encoder.ts';
export { checkFields, checkPath, fieldOf, isToken, refuseRequest, writeFields } from './request-fields.ts';
export { HEAD_BROKEN, HEAD_INCOMPLETE, ResponseHead, readFields, setCookiesOf, textOf } from './response-head.ts';
export { ResponseScanner } from './response-scanner.ts';
export { type ReadTarget, resolvedBy, SecureEndpoint, type TlsOptions } from './secure-endpoint.ts';
export { ArrivalTraces, readTraceparent, type Tracing, UserTraces } from './trace-context.ts';
