import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import type { Projects } from '../ports/index.ts';
import { notFound, Problem } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, IdParams, listOf, nullableText, oneOf, PAGE_FIELDS, pageOf, query, text } from './fields.ts';
import { readPage } from './pages.ts';
import { Progress, Project, ProjectCard, ProjectDetail, ProjectStatus } from './project-schemas.ts';

export interface ProjectRouteParts {
  readonly projects: Projects;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
}

const ListQuery = query({ ...PAGE_FIELDS, status: Type.Optional(ProjectStatus) });
const DetailQuery = query({
  include: Type.Optional(oneOf(['files', 'activities', 'files,activities', 'activities,files'])),
});
const Name = text(200);
const NewProject = Type.Object({ name: Name, requirements: text(10_000) }, { additionalProperties: false });
const Change = Type.Object(
  {
    name: Type.Optional(Name),
    status: Type.Optional(ProjectStatus),
    progress: Type.Optional(Progress),
    currentStage: Type.Optional(nullableText(50)),
  },
  { additionalProperties: false, minProperties: 1 },
);
const BulkStatus = Type.Object(
  { ids: listOf(Id, { minItems: 1, maxItems: 100, uniqueItems: true }), status: ProjectStatus },
  { additionalProperties: false },
);
const BulkAnswer = Type.Object({ updated: Type.Integer() });

/** The caller's projects. */
export function projectRoutes({ projects, cursors, authorise }: ProjectRouteParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    app.get('/projects', { schema: { querystring: ListQuery, response: { 200: pageOf(ProjectCard) } } }, (request) => {
      const { userId } = request.identity;
      const filter = { status: request.query.status };
      return readPage(cursors, { name: 'projects', userId, filter }, request.query, (page) =>
        projects.list(userId, filter, page),
      );
    });

    const detail = { params: IdParams, querystring: DetailQuery, response: { 200: ProjectDetail } };
    app.get('/projects/:id', { schema: detail }, async (request) => {
      const { include = '' } = request.query;
      const parts = { files: include.includes('files'), activities: include.includes('activities') };
      const project = await projects.find(request.identity.userId, request.params.id, parts);
      if (!project) throw notFound('project');
      return project;
    });

    app.post('/projects', { schema: { body: NewProject, response: { 201: Project } } }, async (request, reply) => {
      return reply.code(201).send(await projects.create(request.identity.userId, request.body));
    });

    const change = { params: IdParams, body: Change, response: { 200: Project } };
    app.patch('/projects/:id', { schema: change }, async (request) => {
      const { name, status, progress, currentStage } = request.body;
      const wanted = { name, status, progress, currentStage };
      const project = await projects.change(request.identity.userId, request.params.id, wanted);
      if (!project) throw notFound('project');
      return project;
    });

    // Two colons stand for one: a single one would begin a parameter.
    const bulk = { body: BulkStatus, response: { 200: BulkAnswer } };
    app.patch('/projects::bulk-status', { schema: bulk }, async (request) => {
      const { ids, status } = request.body;
      if (!(await projects.setStatuses(request.identity.userId, ids, status))) {
        throw new Problem(404, 'one of the projects was not found; none was changed');
      }
      return { updated: ids.length };
    });
  };
}
