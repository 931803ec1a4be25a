import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import { type Gather, KEY_STATUSES, type Keys, type Upstream, type UpstreamKey } from '../ports/index.ts';
import { Problem } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, listOf, nullable, oneOf, PAGE_FIELDS, query, Timestamp } from './fields.ts';
import { readPage } from './pages.ts';

export interface KeyParts {
  readonly keys: Keys;
  readonly upstream: Upstream;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
  readonly gather: Gather;
}

const AtUpstream = Type.Object({
  isActive: Type.Boolean(),
  requests: Type.Integer(),
  tokens: Type.Integer(),
  costUsd: Type.Number(),
});
const Key = Type.Object({
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
  upstream: Type.Union([AtUpstream, Type.Null()]),
});
const KeyPage = Type.Object({
  items: listOf(Key),
  nextCursor: nullable('string'),
  /** False when the key service failed and `upstream` is null for that reason. */
  upstreamAvailable: Type.Boolean(),
});

/** The caller's API keys, with what the key service says of each. */
export function keyRoutes(parts: KeyParts): FastifyPluginAsyncTypebox {
  const { keys, upstream, cursors, gather } = parts;
  return async (app) => {
    app.addHook('onRequest', parts.authorise);

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

function withoutUpstream(error: unknown): readonly UpstreamKey[] | undefined {
  if (error instanceof Problem) return undefined;
  throw error;
}
