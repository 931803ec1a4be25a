import type { Database, Queryable } from '../database.ts';
import type { FileContent, Files, Listing, Member, ProjectRelations } from '../ports/index.ts';
import { type FileRow, toFile } from './project-rows.ts';

interface ContentRow extends FileRow {
  readonly project_id: number;
  readonly content: string;
  readonly author_id: number;
  readonly author: string;
}

interface VersionRow {
  readonly id: number;
  readonly version: number;
  readonly size_bytes: number;
  readonly created_by: number;
  readonly created_at: Date;
}

const VERSION_COLUMNS = 'id, version, octet_length(content) AS size_bytes, created_by, created_at';

export function createFiles(
  database: Pick<Database, 'query' | 'transaction'>,
  listing: Listing,
  relations: ProjectRelations,
): Files {
  return {
    find: (userId, fileId) => findFile(database, userId, fileId),

    async versions(userId, fileId, page) {
      const [owned] = await database.query(
        'SELECT 1 FROM files f JOIN projects p ON p.id = f.project_id WHERE f.id = $1 AND p.user_id = $2',
        [fileId, userId],
      );
      if (!owned) return undefined;
      const query = { table: 'file_versions', columns: VERSION_COLUMNS, equal: { file_id: fileId } } as const;
      const { items, hasMore } = await listing.slice<VersionRow>(query, page);
      const authors = await relations.members(items.map((row) => row.created_by));
      return { items: items.map((row, index) => toVersion(row, authors[index] as Member)), hasMore };
    },

    restore: (userId, fileId, version) => database.transaction((work) => restoreVersion(work, userId, fileId, version)),
  };
}

async function findFile(work: Queryable, userId: number, fileId: number): Promise<FileContent | undefined> {
  const [row] = await work.query<ContentRow>(
    `SELECT f.id, f.project_id, f.path, f.language, f.content, f.size_bytes, f.current_version, f.updated_at,
       u.id AS author_id, u.username AS author
     FROM files f
     JOIN projects p ON p.id = f.project_id
     JOIN file_versions v ON v.file_id = f.id AND v.version = f.current_version
     JOIN users u ON u.id = v.created_by
     WHERE f.id = $1 AND p.user_id = $2`,
    [fileId, userId],
  );
  if (!row) return undefined;
  const file = toFile(row, { id: row.author_id, username: row.author });
  return { ...file, projectId: row.project_id, content: row.content };
}

/** The lock on the file makes the next version's number nobody else's. */
async function restoreVersion(
  work: Queryable,
  userId: number,
  fileId: number,
  version: number,
): Promise<FileContent | undefined> {
  const [file] = await work.query<{ current_version: number }>(
    `SELECT f.current_version FROM files f JOIN projects p ON p.id = f.project_id
     WHERE f.id = $1 AND p.user_id = $2 FOR UPDATE OF f`,
    [fileId, userId],
  );
  if (!file) return undefined;
  const next = file.current_version + 1;
  const changed = await work.query(
    `WITH made AS (
       INSERT INTO file_versions (file_id, version, content, created_by)
       SELECT file_id, $3, content, $4 FROM file_versions WHERE file_id = $1 AND version = $2 RETURNING content
     )
     UPDATE files SET content = made.content, size_bytes = octet_length(made.content), current_version = $3,
       updated_at = now()
     FROM made WHERE files.id = $1 RETURNING files.id`,
    [fileId, version, next, userId],
  );
  return changed.length === 0 ? undefined : findFile(work, userId, fileId);
}

function toVersion(row: VersionRow, createdBy: Member) {
  const { id, version, size_bytes, created_at } = row;
  return { id, version, sizeBytes: size_bytes, createdBy, createdAt: created_at.toISOString() };
}
