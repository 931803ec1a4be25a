import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { OpaqueTokens } from 'millrace/auth';
import type { Clock } from 'millrace/core';
import { type Static, Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import {
  type ApiKeys,
  type Gather,
  KEY_STATUSES,
  type Keys,
  type NewApiKey,
  type SessionEnds,
  type Upstream,
  type UpstreamKey,
} from '../ports/index.ts';
import { notFound, Problem } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, IdParams, Instant, listOf, nullable, oneOf, PAGE_FIELDS, query, Timestamp, text } from './fields.ts';
import { readPage } from './pages.ts';
import { toInstant } from './usage-query.ts';

export interface KeyParts {
  readonly keys: Keys;
  readonly upstream: Upstream;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
  readonly gather: Gather;
  readonly apiKeys: ApiKeys;
  /** How keys are made. */
  readonly keyKind: OpaqueTokens;
  /** Undefined where every request asks for its key itself. */
  readonly ends: SessionEnds | undefined;
  readonly clock: Clock;
}

const AtUpstream = Type.Object({
  isActive: Type.Boolean(),
  requests: Type.Integer(),
  tokens: Type.Integer(),
  costUsd: Type.Number(),
});
const KEY_FIELDS = {
  id: Id,
  name: Type.String(),
  status: oneOf(KEY_STATUSES),
  tags: listOf(Type.String()),
  isFavorite: Type.Boolean(),
  totalRequests: Type.Integer(),
  totalTokens: Type.Integer(),
  lastUsedAt: nullable('string'),
  expiresAt: nullable('string'),
  createdAt: Timestamp,
};
const Key = Type.Object({ ...KEY_FIELDS, upstream: Type.Union([AtUpstream, Type.Null()]) });
const NewKey = Type.Object(
  {
    name: text(100),
    tags: Type.Optional(listOf(text(40), { maxItems: 10, uniqueItems: true })),
    expiresAt: Type.Optional(Instant),
  },
  { additionalProperties: false },
);
/** The key itself is in no other answer. */
const IssuedKey = Type.Object({ ...KEY_FIELDS, apiKey: Type.String() });
const KeyPage = Type.Object({
  items: listOf(Key),
  nextCursor: nullable('string'),
  /** False when the key service failed and `upstream` is null for that reason. */
  upstreamAvailable: Type.Boolean(),
});

/** The caller's API keys, with what the key service says of each; keys made here, and their ends. */
export function keyRoutes(parts: KeyParts): FastifyPluginAsyncTypebox {
  const { keys, upstream, cursors, gather } = parts;
  return async (app) => {
    app.addHook('onRequest', parts.authorise);

    app.post('/', { schema: { body: NewKey, response: { 201: IssuedKey } } }, async (request, reply) => {
      const { token: apiKey, hash } = parts.keyKind.issue();
      const key = await keys.create(request.identity.userId, toNewKey(request.body, hash, parts.clock));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...key, apiKey });
    });

    app.delete('/:id', { schema: { params: IdParams, response: { 204: Type.Null() } } }, async (request, reply) => {
      if (!(await revoke(parts, request.identity.userId, request.params.id))) throw notFound('API key');
      return reply.code(204).send(null);
    });

    const schema = { querystring: query(PAGE_FIELDS), response: { 200: KeyPage } };
    app.get('/', { schema }, async (request) => {
      const { userId, username } = request.identity;
      const [page, known] = await gather([
        () => readPage(cursors, { name: 'keys', userId, filter: {} }, request.query, (part) => keys.list(userId, part)),
        () => upstream.keys(username).catch(withoutUpstream),
      ]);
      const byId = new Map(known?.map((key) => [key.id, key]));
      const items = page.items.map((key) => {
        return { ...key, upstream: byId.get(key.crsKeyId) ?? null };
      });
      return { items, nextCursor: page.nextCursor, upstreamAvailable: known !== undefined };
    });
  };
}

function toNewKey(given: Static<typeof NewKey>, hash: string, clock: Clock): NewApiKey {
  const { name, tags = [] } = given;
  const expiresAt = toInstant('expiresAt', given.expiresAt) ?? null;
  if (expiresAt !== null && expiresAt.getTime() <= clock.wallNow()) throw new Problem(400, 'expiresAt has passed');
  return { name, tags, expiresAt, hash };
}

/** Told after a failure too: the key may have ended and the answer been lost. */
async function revoke({ keys, apiKeys, ends }: KeyParts, userId: number, keyId: number): Promise<boolean> {
  try {
    return await keys.revoke(userId, keyId, ends && ((within) => ends.endKey(keyId, within)));
  } finally {
    await apiKeys.revoked();
  }
}

function withoutUpstream(error: unknown): readonly UpstreamKey[] | undefined {
  if (error instanceof Problem) return undefined;
  throw error;
}
