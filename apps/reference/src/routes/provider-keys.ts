import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ProviderKeys, ProviderState } from '../ports/index.ts';
import { notFound } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { listOf, Timestamp } from './fields.ts';

export interface ProviderKeyParts {
  readonly providerKeys: ProviderKeys;
  readonly providers: () => readonly ProviderState[];
  readonly authorise: Authorisation;
}

const Params = Type.Object({ name: Type.String({ maxLength: 40 }) });
/** What a header can carry. */
const Body = Type.Object(
  { key: Type.String({ minLength: 8, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' }) },
  { additionalProperties: false },
);
const Stored = Type.Object({ provider: Type.String(), updatedAt: Timestamp });
const Nothing = Type.Null();

/** The caller's own keys with providers. A key goes in, and comes out to its provider alone. */
export function providerKeyRoutes({ providerKeys, providers, authorise }: ProviderKeyParts): FastifyPluginAsyncTypebox {
  const requireProvider = (name: string): void => {
    if (!providers().some((provider) => provider.name === name)) throw notFound('provider');
  };
  return async (app) => {
    app.addHook('onRequest', authorise);

    const listed = { response: { 200: Type.Object({ items: listOf(Stored) }) } };
    app.get('/providers/keys', { schema: listed }, async (request) => {
      return { items: await providerKeys.list(request.identity.userId) };
    });

    const stored = { params: Params, body: Body, response: { 204: Nothing } };
    app.put('/providers/:name/key', { schema: stored }, async (request, reply) => {
      requireProvider(request.params.name);
      await providerKeys.store(request.identity.userId, request.params.name, request.body.key);
      return reply.code(204).send(null);
    });

    const removed = { params: Params, response: { 204: Nothing } };
    app.delete('/providers/:name/key', { schema: removed }, async (request, reply) => {
      const { userId } = request.identity;
      if (!(await providerKeys.remove(userId, request.params.name))) throw notFound('provider key');
      return reply.code(204).send(null);
    });
  };
}
