import { MillraceError } from '../core/index.ts';
import { REDIS_ERRORS } from './errors.ts';

/**
 * How the clients say that a command was surely not sent. What ioredis calls "Connection is closed" may have been:
 * it says so of commands under way, too.
 */
const NOT_SENT = /^The client is (offline|closed)|^The queue is full|isn't writeable|offline queue|isn't ready/i;
/** Names under which the clients throw what Redis answered. */
const REPLIES: ReadonlySet<string> = new Set(['ErrorReply', 'SimpleError', 'BlobError', 'ReplyError']);
/** The first word of what Redis refuses with. */
const KIND = /^[A-Z][A-Z0-9]{2,}\b/;
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;
const NO_SCRIPT = 'NOSCRIPT';
/** What a replica answers: this is not the primary any more. */
const REPLICA: ReadonlySet<string> = new Set(['READONLY', 'MASTERDOWN']);

export function closedError(): Error {
  return REDIS_ERRORS.create('MILLRACE_REDIS_CLOSED');
}

export function notReadyError(command: string, reason: string): Error {
  return REDIS_ERRORS.create('MILLRACE_REDIS_NOT_READY', { command, reason });
}

export function timeoutError(command: string, timeoutMs: number): Error {
  return REDIS_ERRORS.create('MILLRACE_REDIS_TIMEOUT', { command, timeoutMs });
}

/** Whether Redis does not know a script by its name. */
export function isNoScript(error: unknown): boolean {
  return error instanceof MillraceError && error.context.kind === NO_SCRIPT;
}

/** Whether a replica answered where the primary should. */
export function isFromReplica(error: unknown): boolean {
  return error instanceof MillraceError && REPLICA.has(String(error.context.kind));
}

/** A client's error as one of ours. What Redis said may hold keys and values, so only its first word is passed on. */
export function toRedisError(command: string, error: unknown): Error {
  if (error instanceof MillraceError) return error;
  if (isReply(error)) return REDIS_ERRORS.create('MILLRACE_REDIS_REFUSED', { command, kind: kindOf(error) ?? 'ERR' });
  const message = error instanceof Error ? error.message : '';
  if (NOT_SENT.test(message)) return notReadyError(command, 'lost');
  return REDIS_ERRORS.create('MILLRACE_REDIS_LOST', { command, reason: reasonOf(error) });
}

/** What a connection failed for, in one word that gives nothing away. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && SYSTEM_CODE.test(code)) return code;
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return kindOf(error) ?? 'closed';
}

/** Whether it is what the server answered, not what became of the connection. */
export function isReply(error: unknown): error is Error {
  for (let made = error; made instanceof Error; made = Object.getPrototypeOf(made) as unknown) {
    if (REPLIES.has(made.constructor.name) || REPLIES.has(made.name)) return true;
  }
  return false;
}

function kindOf(error: Error): string | undefined {
  return KIND.exec(error.message)?.[0];
}
