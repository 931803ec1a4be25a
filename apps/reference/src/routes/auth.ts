import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MillraceError } from 'millrace/core';
import { Type } from 'typebox';
import type { Counters } from '../counters.ts';
import type { Accounts, Identities, Identity, Limits, Passwords, Recorder, User } from '../ports/index.ts';
import { Problem, unauthorised } from '../problem.ts';
import type { Tokens } from '../tokens.ts';
import type { Authorisation } from './authorisation.ts';
import { text } from './fields.ts';
import { originOf } from './origin.ts';

export interface AuthParts {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly identities: Identities;
  readonly tokens: Tokens;
  readonly counters: Counters;
  readonly authorise: Authorisation;
  readonly limits: Limits;
}

interface Caller {
  readonly identity: Identity;
  readonly token: string;
}

/** The hash of a password that nobody knows. */
const NOBODYS_HASH = '$2b$12$NbuTljS3pdwfW4pI/mdqLOaLuW/0fhwM6HnC.ShuiKpnkSv02zrlu';
/** bcrypt reads 72 bytes and stops at NUL; what it would cut off is refused instead. */
const MAX_PASSWORD_BYTES = 72;

const TokenBody = Type.Object(
  {
    username: text(64),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    grant_type: Type.Optional(Type.Literal('password')),
    scope: Type.Optional(Type.String({ maxLength: 256 })),
  },
  { additionalProperties: false },
);
const MAIL_PART = '[^\\s@\\u0000-\\u001f\\ud800-\\udfff]+';
const NewPassword = Type.String({ minLength: 12, maxLength: 72 });
const RegisterBody = Type.Object(
  {
    username: Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' }),
    email: Type.String({ minLength: 3, maxLength: 254, pattern: `^${MAIL_PART}@${MAIL_PART}$` }),
    password: NewPassword,
  },
  { additionalProperties: false },
);
const PasswordBody = Type.Object(
  { currentPassword: Type.String({ minLength: 1, maxLength: 1024 }), newPassword: NewPassword },
  { additionalProperties: false },
);
const TokenAnswer = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer(),
});
const Account = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  email: Type.String(),
  createdAt: Type.String(),
});

function requireHashable(password: string): void {
  if (password.includes('\0')) throw new Problem(400, 'a password must not hold NUL');
  if (!password.isWellFormed()) throw new Problem(400, 'a password must be well-formed Unicode');
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new Problem(400, `a password must not be longer than ${MAX_PASSWORD_BYTES} bytes`);
  }
}

/** The user whose password this is. An unknown or inactive user costs as much time as a wrong password. */
async function findVerified(parts: AuthParts, username: string, password: string): Promise<User | undefined> {
  requireHashable(password);
  const user = await parts.accounts.findByUsername(username);
  const matches = await parts.passwords.verify(password, user?.passwordHash ?? NOBODYS_HASH);
  return user?.isActive && matches ? user : undefined;
}

async function logIn(parts: AuthParts, username: string, password: string): Promise<string> {
  const user = await findVerified(parts, username, password);
  if (user) {
    const sessionId = randomUUID();
    const { token, expiresAt } = parts.tokens.sign(user.id, sessionId, await parts.identities.version());
    if (await parts.accounts.openSession({ id: sessionId, expiresAt }, user)) return token;
  }
  throw unauthorised('wrong username or password');
}

async function changePassword(parts: AuthParts, caller: Caller, current: string, next: string): Promise<void> {
  requireHashable(next);
  const user = await findVerified(parts, caller.identity.username, current);
  const passwordHash = user && (await parts.passwords.hash(next));
  if (!passwordHash || !(await replacePassword(parts, user, passwordHash, caller))) {
    throw new Problem(403, 'the current password is wrong');
  }
}

/** Forgets after a failure too, as {@link endSession}. */
async function replacePassword(parts: AuthParts, user: User, passwordHash: string, caller: Caller): Promise<boolean> {
  try {
    const { ends } = parts.identities;
    const kept = caller.identity.sessionId;
    const record: Recorder | undefined = ends && ((within) => ends.endUser(user.id, kept, within));
    return await parts.accounts.replacePassword(user, passwordHash, kept, record);
  } finally {
    await parts.identities.forgetUser(user.id, caller.token);
  }
}

/** Forgets after a failure too: the session may have ended and the answer been lost. */
async function endSession(parts: AuthParts, { identity, token }: Caller): Promise<void> {
  try {
    const { ends } = parts.identities;
    await parts.accounts.revokeSession(identity.sessionId, ends && ((within) => ends.endToken(token, within)));
  } finally {
    await parts.identities.forgetToken(token);
  }
}

/** A hook of routes that need no token: no body is read for a network that asks too much. */
function limitEntries({ limits }: AuthParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.headers((await limits.enter(originOf(request))) ?? {});
  };
}

/** Tokens, registration, and the caller's own account. */
export function authRoutes(parts: AuthParts): FastifyPluginAsyncTypebox {
  const { accounts, passwords, tokens, counters, authorise, limits } = parts;
  const onRequest = limitEntries(parts);
  return async (app) => {
    app.post(
      '/token',
      { onRequest, schema: { body: TokenBody, response: { 200: TokenAnswer } } },
      async (request, reply) => {
        const { username, password } = request.body;
        await limits.tryPassword(username, originOf(request));
        const token = await logIn(parts, username, password).catch((error: unknown) => {
          if (error instanceof MillraceError && error.status === 503) counters.add('rejectedLogins');
          throw error;
        });
        reply.header('cache-control', 'no-store');
        return { access_token: token, token_type: 'bearer' as const, expires_in: tokens.ttlSeconds };
      },
    );

    app.post(
      '/register',
      { onRequest, schema: { body: RegisterBody, response: { 201: Account } } },
      async (request, reply) => {
        const { username, email, password } = request.body;
        requireHashable(password);
        const passwordHash = await passwords.hash(password);
        const user = await accounts.createUser({ username, email, passwordHash });
        if (!user) throw new Problem(409, 'the username or the email is taken');
        return reply.code(201).send(user);
      },
    );

    app.get('/me', { onRequest: authorise, schema: { response: { 200: Account } } }, async (request) => {
      const { userId, username, email, createdAt } = request.identity;
      return { id: userId, username, email, createdAt };
    });

    app.post(
      '/logout',
      { onRequest: authorise, schema: { response: { 204: Type.Null() } } },
      async (request, reply) => {
        await endSession(parts, request);
        return reply.code(204).send(null);
      },
    );

    app.put(
      '/me/password',
      { onRequest: authorise, schema: { body: PasswordBody, response: { 204: Type.Null() } } },
      async (request, reply) => {
        const { currentPassword, newPassword } = request.body;
        await limits.tryPassword(request.identity.username, originOf(request));
        await changePassword(parts, request, currentPassword, newPassword);
        return reply.code(204).send(null);
      },
    );
  };
}
