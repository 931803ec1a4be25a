/** WebSocket as a load generator needs it (RFC 6455, client side): many connections, no object for a small frame. @module */
export type { ReadTarget } from '../http/index.ts';
export { createWebSocketClient, type WebSocketClient, type WebSocketClientOptions } from './client.ts';
export { WEBSOCKET_ERRORS, type WebSocketErrorCode } from './errors.ts';
export type {
  WebSocketClosure,
  WebSocketConnection,
  WebSocketFailure,
  WebSocketListener,
} from './web-socket-connection.ts';
