/** Event streams as a load generator reads them (WHATWG HTML, server-sent events). @module */
export { SSE_ERRORS, type SseErrorCode } from './errors.ts';
export {
  createEventStreamParser,
  type EventStreamListener,
  type EventStreamOptions,
  type EventStreamParser,
} from './event-stream.ts';
