import type { Database, Queryable } from '../database.ts';
import {
  type AgentActivity,
  type Member,
  PROJECT_ACTIVITIES_SHOWN,
  PROJECT_FILES_SHOWN,
  type ProjectCard,
  type ProjectFile,
  type ProjectRelations,
} from '../ports/index.ts';
import {
  ACTIVITY_COLUMNS,
  type ActivityRow,
  FILE_COLUMNS,
  type FileRow,
  PROJECT_COLUMNS,
  type ProjectRow,
  toActivity,
  toFile,
  toProject,
} from '../postgres/index.ts';

/** Asks for each related thing when it comes to it, as mappers with lazy loading do: one query for each row shown. */
export function createRelationsOneByOne(database: Pick<Database, 'query' | 'transaction'>): ProjectRelations {
  const relations: ProjectRelations = {
    async cards(projects) {
      const cards: ProjectCard[] = [];
      for (const { ownerId, ...project } of projects) {
        const owner = await findMember(database, ownerId);
        const files = await countFiles(database, project.id);
        cards.push({ ...project, owner, files, lastActivityAt: await lastActivity(database, project.id) });
      }
      return cards;
    },

    async detail(userId, projectId, parts) {
      const [row] = await database.query<ProjectRow>(
        `SELECT ${PROJECT_COLUMNS} FROM projects WHERE id = $1 AND user_id = $2`,
        [projectId, userId],
      );
      if (!row) return undefined;
      const owner = await findMember(database, row.user_id);
      const files = parts.files ? await filesOf(database, projectId) : undefined;
      const activities = parts.activities ? await activitiesOf(database, projectId) : undefined;
      return { ...toProject(row), owner, ...(files && { files }), ...(activities && { activities }) };
    },

    async members(userIds) {
      const members: Member[] = [];
      for (const id of userIds) members.push(await findMember(database, id));
      return members;
    },

    // In the order of the request, as such loops are written: two at once may wait for each other until Postgres ends one.
    setStatuses: (userId, projectIds, status) =>
      database
        .transaction(async (work) => {
          for (const id of projectIds) {
            const sql =
              'UPDATE projects SET status = $3, updated_at = now() WHERE id = $1 AND user_id = $2 RETURNING id';
            if ((await work.query(sql, [id, userId, status])).length === 0) throw new NotOwned();
          }
          return true;
        })
        .catch((error: unknown) => {
          if (error instanceof NotOwned) return false;
          throw error;
        }),
  };
  return relations;
}

/** Rolls a transaction back. */
class NotOwned extends Error {}

async function findMember(database: Queryable, id: number): Promise<Member> {
  const [member] = await database.query<Member>('SELECT id, username FROM users WHERE id = $1', [id]);
  return member as Member;
}

async function countFiles(database: Queryable, projectId: number): Promise<number> {
  const sql = 'SELECT count(*) AS files FROM files WHERE project_id = $1';
  const [row] = await database.query<{ files: number }>(sql, [projectId]);
  return row?.files ?? 0;
}

async function lastActivity(database: Queryable, projectId: number): Promise<string | null> {
  const [row] = await database.query<{ created_at: Date }>(
    'SELECT created_at FROM agent_activities WHERE project_id = $1 ORDER BY id DESC LIMIT 1',
    [projectId],
  );
  return row?.created_at.toISOString() ?? null;
}

async function filesOf(database: Queryable, projectId: number): Promise<readonly ProjectFile[]> {
  const rows = await database.query<FileRow>(
    `SELECT ${FILE_COLUMNS} FROM files WHERE project_id = $1 ORDER BY path LIMIT ${PROJECT_FILES_SHOWN}`,
    [projectId],
  );
  const files: ProjectFile[] = [];
  for (const row of rows) {
    const [author] = await database.query<Member>(
      `SELECT u.id, u.username FROM file_versions v JOIN users u ON u.id = v.created_by
       WHERE v.file_id = $1 AND v.version = $2`,
      [row.id, row.current_version],
    );
    files.push(toFile(row, author as Member));
  }
  return files;
}

async function activitiesOf(database: Queryable, projectId: number): Promise<readonly AgentActivity[]> {
  const rows = await database.query<ActivityRow>(
    `SELECT ${ACTIVITY_COLUMNS} FROM agent_activities WHERE project_id = $1
     ORDER BY id DESC LIMIT ${PROJECT_ACTIVITIES_SHOWN}`,
    [projectId],
  );
  return rows.map(toActivity);
}
