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
import { asVerified, judged, requireGood, requireHashable } from './credentials.ts';
import { text } from './fields.ts';
import { deviceCookie, deviceOf, originOf } from './origin.ts';

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

/** More than any hash takes; `passwords.maxBytes` says how many bytes. */
const MAX_PASSWORD_LENGTH = 4_096;

const TokenBody = Type.Object(
  {
    username: text(64),
    password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH }),
    grant_type: Type.Optional(Type.Literal('password')),
    scope: Type.Optional(Type.String({ maxLength: 256 })),
  },
  { additionalProperties: false },
);
const MAIL_PART = '[^\\s@\\u0000-\\u001f\\ud800-\\udfff]+';
const NewPassword = Type.String({ minLength: 12, maxLength: MAX_PASSWORD_LENGTH });
const RegisterBody = Type.Object(
  {
    username: Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' }),
    email: Type.String({ minLength: 3, maxLength: 254, pattern: `^${MAIL_PART}@${MAIL_PART}$` }),
    password: NewPassword,
  },
  { additionalProperties: false },
);
const PasswordBody = Type.Object(
  { currentPassword: Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH }), newPassword: NewPassword },
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

/** A token of a new session, for the one whose password this is. */
function logIn(parts: AuthParts, username: string, password: string): Promise<string | undefined> {
  return asVerified(parts, [username, password], async ({ user, upgradedHash }) => {
    const sessionId = randomUUID();
    const { token, expiresAt } = parts.tokens.sign(user.id, sessionId, await parts.identities.version());
    const isOpen = await parts.accounts.openSession({ id: sessionId, expiresAt }, user, upgradedHash);
    return isOpen ? token : undefined;
  });
}

function changePassword(parts: AuthParts, caller: Caller, current: string, next: string): Promise<true | undefined> {
  return asVerified(parts, [caller.identity.username, current], async ({ user }) => {
    const passwordHash = await parts.passwords.hash(next);
    return (await replacePassword(parts, user, passwordHash, caller)) || undefined;
  });
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
  return async (app) => {
    await app.register(entryRoutes(parts));
    await app.register(ownAccountRoutes(parts));
  };
}

function entryRoutes(parts: AuthParts): FastifyPluginAsyncTypebox {
  const { accounts, passwords, tokens, counters, limits } = parts;
  const onRequest = limitEntries(parts);
  return async (app) => {
    const token = { body: TokenBody, response: { 200: TokenAnswer } };
    app.post('/token', { onRequest, schema: token }, async (request, reply) => {
      const { username, password } = request.body;
      requireHashable(password, passwords);
      const attempt = await limits.tryPassword(username, originOf(request), deviceOf(request));
      const issued = await judged(attempt, () => logIn(parts, username, password)).catch((error: unknown) => {
        if (error instanceof MillraceError && error.status === 503) counters.add('rejectedLogins');
        throw error;
      });
      if (issued === undefined) throw unauthorised('wrong username or password');
      const device = await attempt.succeeded();
      if (device !== undefined) reply.header('set-cookie', deviceCookie(device));
      reply.header('cache-control', 'no-store');
      return { access_token: issued, token_type: 'bearer' as const, expires_in: tokens.ttlSeconds };
    });

    const register = { body: RegisterBody, response: { 201: Account } };
    app.post('/register', { onRequest, schema: register }, async (request, reply) => {
      const { username, email, password } = request.body;
      requireGood(password, passwords, [username, email]);
      const passwordHash = await passwords.hash(password);
      const user = await accounts.createUser({ username, email, passwordHash });
      if (!user) throw new Problem(409, 'the username or the email is taken');
      return reply.code(201).send(user);
    });
  };
}

function ownAccountRoutes(parts: AuthParts): FastifyPluginAsyncTypebox {
  const { passwords, limits } = parts;
  return async (app) => {
    app.addHook('onRequest', parts.authorise);

    app.get('/me', { schema: { response: { 200: Account } } }, async (request) => {
      const { userId, username, email, createdAt } = request.identity;
      return { id: userId, username, email, createdAt };
    });

    app.post('/logout', { schema: { response: { 204: Type.Null() } } }, async (request, reply) => {
      await endSession(parts, request);
      return reply.code(204).send(null);
    });

    const change = { body: PasswordBody, response: { 204: Type.Null() } };
    app.put('/me/password', { schema: change }, async (request, reply) => {
      const { currentPassword, newPassword } = request.body;
      const { username, email, sessionId } = request.identity;
      requireHashable(currentPassword, passwords);
      requireGood(newPassword, passwords, [username, email]);
      // By the session: its thief gets no more guesses from many networks, and uses up none of the owner's logins.
      const attempt = await limits.tryPassword(`session ${sessionId}`, originOf(request));
      const isChanged = await judged(attempt, () => changePassword(parts, request, currentPassword, newPassword));
      if (isChanged === undefined) throw new Problem(403, 'the current password is wrong');
      await attempt.succeeded();
      return reply.code(204).send(null);
    });
  };
}
