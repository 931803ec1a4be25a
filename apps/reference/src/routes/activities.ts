import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import type { Activities } from '../ports/index.ts';
import { notFound } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, nullableText, PAGE_FIELDS, pageOf, query } from './fields.ts';
import { readPage } from './pages.ts';
import { ACTIVITY_FIELDS, Activity } from './project-schemas.ts';

export interface ActivityRouteParts {
  readonly activities: Activities;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
}

const MAX_TOKENS = 1_000_000_000;
const ListQuery = query({ ...PAGE_FIELDS, projectId: Id });
const NewActivity = Type.Object(
  {
    ...ACTIVITY_FIELDS,
    currentTask: Type.Optional(nullableText(500)),
    tokensUsed: Type.Integer({ minimum: 0, maximum: MAX_TOKENS }),
  },
  { additionalProperties: false },
);

/** What agents did for the caller's projects. */
export function activityRoutes({ activities, cursors, authorise }: ActivityRouteParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    const list = { querystring: ListQuery, response: { 200: pageOf(Activity) } };
    app.get('/agent-activities', { schema: list }, (request) => {
      const { userId } = request.identity;
      const { projectId } = request.query;
      return readPage(cursors, { name: 'activities', userId, filter: { projectId } }, request.query, async (page) => {
        const found = await activities.list(userId, projectId, page);
        if (!found) throw notFound('project');
        return found;
      });
    });

    const record = { body: NewActivity, response: { 201: Activity } };
    app.post('/agent-activities', { schema: record }, async (request, reply) => {
      const { currentTask = null, ...rest } = request.body;
      const activity = await activities.record(request.identity.userId, { ...rest, currentTask });
      if (!activity) throw notFound('project');
      return reply.code(201).send(activity);
    });
  };
}
