/** Scripted users: flows of requests with login, data, think time, checks, WebSockets and event streams. @module */
export { FlowAnswer } from './answer.ts';
export type { CallOptions } from './call.ts';
export { defineScenario } from './define-scenario.ts';
export { FLOW_ERRORS, type FlowErrorCode } from './errors.ts';
export type { Flow, FlowDefinition, SetupContext } from './flow-definition.ts';
export { FlowScenario } from './flow-scenario.ts';
export type { Feeders, FlowUser, HttpCalls, RowOf, Session } from './flow-user.ts';
export { loadScenario, type ScenarioModule } from './load-scenario.ts';
export { type EventsOptions, type NextEventOptions, StreamEvent, type UserEvents } from './user-events.ts';
export {
  type ReceiveOptions,
  SocketMessage,
  type SocketOptions,
  type SocketRequestOptions,
  type UserSocket,
} from './user-socket.ts';
