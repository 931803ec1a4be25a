import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the errors that end or refuse a WebSocket connection. */
export type WebSocketErrorCode =
  | 'MILLRACE_WEBSOCKET_CLIENT_CLOSED'
  | 'MILLRACE_WEBSOCKET_CLIENT_FULL'
  | 'MILLRACE_WEBSOCKET_CONNECTION_LOST'
  | 'MILLRACE_WEBSOCKET_CONNECT_FAILED'
  | 'MILLRACE_WEBSOCKET_FRAME_INVALID'
  | 'MILLRACE_WEBSOCKET_MESSAGE_TOO_LARGE'
  | 'MILLRACE_WEBSOCKET_TEXT_INVALID'
  | 'MILLRACE_WEBSOCKET_TIMEOUT'
  | 'MILLRACE_WEBSOCKET_UPGRADE_INVALID'
  | 'MILLRACE_WEBSOCKET_UPGRADE_REFUSED';

/** Errors of WebSocket connections, their text and how to mend them. */
export const WEBSOCKET_ERRORS: ErrorTable<WebSocketErrorCode> = defineErrors({
  MILLRACE_WEBSOCKET_CLIENT_CLOSED: {
    message: 'the client for {target} is closed',
    mend: 'open connections before `close()`, or make another client',
  },
  MILLRACE_WEBSOCKET_CLIENT_FULL: {
    message: 'the client for {target} has its {limit} connections open already',
    mend: 'raise `maxConnections`, or close connections that are done',
  },
  MILLRACE_WEBSOCKET_CONNECTION_LOST: {
    message: 'the connection to {target} ended without a Close frame ({reason})',
    mend: 'see why the service or a proxy in between dropped it: a restart, an idle limit, a crash',
  },
  MILLRACE_WEBSOCKET_CONNECT_FAILED: {
    message: 'no connection to {target} ({reason})',
    mend: 'start the service, or correct the host and port of `url`; for EMFILE raise the limit of open files',
  },
  MILLRACE_WEBSOCKET_FRAME_INVALID: {
    message: '{target} sent a frame that RFC 6455 does not allow: {reason}',
    mend: 'the service or a proxy in between breaks the protocol; the connection was closed with code 1002',
  },
  MILLRACE_WEBSOCKET_MESSAGE_TOO_LARGE: {
    message: '{target} sent a message that is too large: {reason}',
    mend: 'raise `maxMessageBytes` if messages of that size are meant; the connection was closed with code 1009',
  },
  MILLRACE_WEBSOCKET_TEXT_INVALID: {
    message: '{target} sent a text that is not UTF-8: {reason}',
    mend: 'send bytes as binary messages; the connection was closed with code 1007',
  },
  MILLRACE_WEBSOCKET_TIMEOUT: {
    message: '{target} gave no {what} within {timeoutMs} ms',
    mend: 'see what the service is busy with, or raise `{option}`',
  },
  MILLRACE_WEBSOCKET_UPGRADE_INVALID: {
    message: '{target} accepted the upgrade wrongly: {reason}',
    mend: 'what answers there is no WebSocket server, or a proxy in between changes the headers',
  },
  MILLRACE_WEBSOCKET_UPGRADE_REFUSED: {
    message: '{target} refused the upgrade with status {status}',
    mend: 'correct path, origin, credentials or `protocols`',
  },
});
