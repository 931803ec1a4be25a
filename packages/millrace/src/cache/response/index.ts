/** Whole answers of a service, kept. @module */
export { cacheResponse, type ResponseCache } from './response-cache.ts';
export type { CacheResponseOptions, ResponseVary } from './response-options.ts';
export type {
  HeaderValue,
  Produced,
  Reply,
  ResponseHeaders,
  ServiceRequest,
  ServiceResponse,
} from './service-exchange.ts';
