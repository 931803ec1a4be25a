import type { RefusedAnswer } from 'millrace/ratelimit';

/** A client-visible refusal, answered as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.headers = headers;
  }
}

/** A limit is reached: the answer is made already. */
export class LimitReached extends Error {
  readonly answer: RefusedAnswer;

  constructor(answer: RefusedAnswer) {
    super('a limit is reached');
    this.name = 'LimitReached';
    this.answer = answer;
  }
}

/** 401 with the challenge that RFC 6750 asks for. */
export function unauthorised(detail: string): Problem {
  return new Problem(401, detail, { 'www-authenticate': 'Bearer' });
}

/** For a token that proves nothing. */
export function tokenRefused(): Problem {
  return unauthorised('the token is malformed, forged or expired');
}

/** For an API key that nobody has, or that counts no more. */
export function keyRefused(): Problem {
  return unauthorised('the API key is unknown, revoked or expired');
}

/** For a genuine token whose session was ended, or whose user may not come in. */
export function sessionEnded(): Problem {
  return unauthorised('the session has ended');
}

/** 404 for something that is not there or is not this user's. */
export function notFound(what: string): Problem {
  return new Problem(404, `${what} not found`);
}

/** What others write in their logs for a client that left before its answer was whole. */
export const CLIENT_GONE = 499;

export function clientGone(): Problem {
  return new Problem(CLIENT_GONE, 'the client has gone');
}

/** 57P says the server while it starts and stops; 08 says a pooler whose own connection to the server broke. */
const CONNECTION_END = /^(?:57P|08)/;

/** Whether the database told of the connection, not of the statement: what became of one that was sent is known to nobody. */
export function isConnectionEnd({ code }: { readonly code?: string | undefined }): boolean {
  return code === undefined || CONNECTION_END.test(code);
}

/** What became of a statement that was sent is known to nobody. */
export class ConnectionBroke extends Problem {
  constructor(cause: unknown) {
    super(503, 'the connection to the database broke; a change may or may not be stored', { 'retry-after': '1' });
    because(this, cause);
  }
}

/** 503: nobody answers where the database should be. `cause` is what was said instead. */
export function databaseAway(cause?: unknown): Problem {
  return because(new Problem(503, 'the database does not answer', { 'retry-after': '1' }), cause);
}

/** 503: the connection ended under a statement. */
export function connectionBroke(cause: unknown): Problem {
  return new ConnectionBroke(cause);
}

function because(problem: Problem, cause: unknown): Problem {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return Object.assign(problem, { cause, code });
}
