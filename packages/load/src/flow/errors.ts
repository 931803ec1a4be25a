import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the errors that a flow meets. */
export type FlowErrorCode =
  | 'MILLRACE_FLOW_ANSWER_INVALID'
  | 'MILLRACE_FLOW_BODY_TOO_LARGE'
  | 'MILLRACE_FLOW_REDIRECT_REFUSED'
  | 'MILLRACE_FLOW_REQUEST_FAILED'
  | 'MILLRACE_FLOW_SCENARIO_INVALID'
  | 'MILLRACE_FLOW_SCENARIO_UNREADABLE'
  | 'MILLRACE_FLOW_SETUP_FAILED'
  | 'MILLRACE_FLOW_SOCKET_CLOSED'
  | 'MILLRACE_FLOW_STATUS_UNEXPECTED'
  | 'MILLRACE_FLOW_STOPPED'
  | 'MILLRACE_FLOW_STREAM_ENDED'
  | 'MILLRACE_FLOW_TIMEOUT'
  | 'MILLRACE_FLOW_TOO_MANY_CALLS';

/** Errors that a flow meets, their text and how to mend them. */
export const FLOW_ERRORS: ErrorTable<FlowErrorCode> = defineErrors({
  MILLRACE_FLOW_ANSWER_INVALID: {
    message: '{name}: {reason}',
    mend: 'look at what the service answered there; check the status before reading the body where both can happen',
  },
  MILLRACE_FLOW_BODY_TOO_LARGE: {
    message: '{name}: the body was longer than what is kept of an answer',
    mend: 'do not read it: pass keepBody: false, and count its bytes in the result',
  },
  MILLRACE_FLOW_REDIRECT_REFUSED: {
    message: '{name}: {reason}',
    mend: 'redirects are followed within the target and up to maxRedirects; or expect the 3xx and read its location',
  },
  MILLRACE_FLOW_REQUEST_FAILED: {
    message: '{name}: {kind} ({reason})',
    mend: 'the row of that name counts it; catch it where the flow can go on without the answer',
  },
  MILLRACE_FLOW_SCENARIO_INVALID: {
    message: '{file} has no scenario: {reason}',
    mend: 'write: export default defineScenario({ … })',
  },
  MILLRACE_FLOW_SCENARIO_UNREADABLE: {
    message: '{file} cannot be loaded ({reason})',
    mend: 'correct the path or the file; TypeScript runs as it is, with erasable syntax and .ts in relative imports',
  },
  MILLRACE_FLOW_SETUP_FAILED: {
    message: 'the setup of scenario {scenario} failed: {reason}',
    mend: 'nothing was measured; mend what setup does, or the service it talks to',
  },
  MILLRACE_FLOW_SOCKET_CLOSED: {
    message: '{name}: the WebSocket is closed ({reason})',
    mend: 'see why the service closed it, or open another one',
  },
  MILLRACE_FLOW_STATUS_UNEXPECTED: {
    message: '{name}: answered {status}',
    mend: 'where that status is right, pass expect: [{status}]',
  },
  MILLRACE_FLOW_STOPPED: {
    message: 'the run has ended',
    mend: 'nothing: whoever catches this has only to let go of what it holds',
  },
  MILLRACE_FLOW_STREAM_ENDED: {
    message: '{name}: the event stream has ended ({reason})',
    mend: 'see why the service ended it, or open it again',
  },
  MILLRACE_FLOW_TIMEOUT: {
    message: '{name}: nothing within {timeoutMs} ms',
    mend: 'see what the service is busy with, or raise timeoutMs',
  },
  MILLRACE_FLOW_TOO_MANY_CALLS: {
    message: 'one user has {limit} requests under way',
    mend: 'await requests; a user with very many at a time is no user',
  },
});
