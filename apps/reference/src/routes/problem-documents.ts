import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { MillraceError } from 'millrace/core';
import { DatabaseError } from 'pg';
import { LimitReached, Problem } from '../problem.ts';

const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

const DEFAULT_RETRY_MS = 1_000;
/** The statement took too long, two waited for each other, or two changed the same: undone, and worth another try. */
const UNDONE_IN_POSTGRES: ReadonlySet<string | undefined> = new Set(['57014', '40P01', '40001']);

/** One refused field of a request. */
interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

function problemBody(status: number, detail: string, extra: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...extra });
}

function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  extra?: Readonly<Record<string, unknown>>,
): void {
  reply
    .code(status)
    .header('content-type', PROBLEM_JSON)
    .send(problemBody(status, detail, extra));
}

function sendMillraceError(reply: FastifyReply, error: MillraceError): void {
  if (error.status === 503) {
    const waitMs = Number(error.context.retryAfterMs ?? DEFAULT_RETRY_MS);
    reply.header('retry-after', String(Math.ceil(waitMs / 1000)));
  }
  sendProblem(reply, error.status ?? 500, error.message, { code: error.code });
}

function fieldProblems(error: FastifyError): FieldProblem[] {
  return (error.validation ?? []).map((row) => ({ path: row.instancePath || '/', message: row.message ?? 'is wrong' }));
}

/** Answers every failure as a problem document (RFC 9457). What the client cannot mend is a 500 that tells nothing. */
function sendFailure(error: unknown, reply: FastifyReply, log: (error: unknown) => void): void {
  if (error instanceof Problem) {
    reply.headers(error.headers);
    sendProblem(reply, error.status, error.message);
    return;
  }
  if (error instanceof LimitReached) {
    const { status, headers, body } = error.answer;
    reply.code(status).headers(Object.fromEntries(headers)).send(body);
    return;
  }
  if (error instanceof MillraceError && error.status !== undefined) {
    sendMillraceError(reply, error);
    return;
  }
  const failure = error as Partial<FastifyError>;
  if (failure.validation) {
    const part = failure.validationContext ?? 'request';
    sendProblem(reply, 400, `the ${part} is not as described`, { errors: fieldProblems(failure as FastifyError) });
    return;
  }
  if (failure.statusCode !== undefined && failure.statusCode >= 400 && failure.statusCode < 500) {
    sendProblem(reply, failure.statusCode, failure.message ?? 'the request cannot be read');
    return;
  }
  // Class 22: the database refuses the data itself. The schemas should have refused it before.
  if (error instanceof DatabaseError && error.code?.startsWith('22')) {
    sendProblem(reply, 400, 'a value cannot be stored');
    return;
  }
  log(error);
  if (error instanceof DatabaseError && UNDONE_IN_POSTGRES.has(error.code)) {
    reply.header('retry-after', String(DEFAULT_RETRY_MS / 1000));
    sendProblem(reply, 503, 'the database gave the request up; try again');
    return;
  }
  sendProblem(reply, 500, 'the service failed; the cause is in its log');
}

/** Refuses what is not HTTP, before Fastify sees a request. */
export function refuseBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const body = problemBody(status, 'the request is not valid HTTP');
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_JSON}\r\nConnection: close`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

export function registerProblemDocuments(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendFailure(error, reply, (cause) => request.log.error(cause)));
  app.setNotFoundHandler((request, reply) => sendProblem(reply, 404, `no ${request.method} route at this path`));
}

/** For Fastify's `frameworkErrors`: a path that cannot be decoded. */
export function refuseBadPath(error: FastifyError, reply: FastifyReply): void {
  sendProblem(reply, error.statusCode ?? 400, 'the path cannot be decoded');
}
