import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import type { Files } from '../ports/index.ts';
import { notFound } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, IdParams, PAGE_FIELDS, pageOf, query } from './fields.ts';
import { readPage } from './pages.ts';
import { FileContent, FileVersion } from './project-schemas.ts';

export interface FileRouteParts {
  readonly files: Files;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
}

const MAX_VERSION = 2_147_483_647;
const VersionParams = Type.Object({ id: Id, version: Type.Integer({ minimum: 1, maximum: MAX_VERSION }) });

/** The files of the caller's projects, with what they once were. */
export function fileRoutes({ files, cursors, authorise }: FileRouteParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    app.get('/files/:id', { schema: { params: IdParams, response: { 200: FileContent } } }, async (request) => {
      const file = await files.find(request.identity.userId, request.params.id);
      if (!file) throw notFound('file');
      return file;
    });

    const versions = { params: IdParams, querystring: query(PAGE_FIELDS), response: { 200: pageOf(FileVersion) } };
    app.get('/files/:id/versions', { schema: versions }, (request) => {
      const { userId } = request.identity;
      const { id } = request.params;
      return readPage(cursors, { name: 'file-versions', userId, filter: { id } }, request.query, async (page) => {
        const found = await files.versions(userId, id, page);
        if (!found) throw notFound('file');
        return found;
      });
    });

    const restore = { params: VersionParams, response: { 200: FileContent } };
    app.post('/files/:id/restore/:version', { schema: restore }, async (request) => {
      const { id, version } = request.params;
      const file = await files.restore(request.identity.userId, id, version);
      if (!file) throw notFound('file or version');
      return file;
    });
  };
}
