import type { Queryable } from '../database.ts';
import {
  type AgentActivity,
  type Member,
  PROJECT_ACTIVITIES_SHOWN,
  PROJECT_FILES_SHOWN,
  type ProjectDetail,
  type ProjectFile,
  type ProjectRelations,
} from '../ports/index.ts';
import { type ActivityRow, type FileRow, type ProjectRow, toActivity, toFile, toProject } from '../postgres/index.ts';

interface CardExtras {
  readonly id: number;
  readonly username: string;
  readonly files: number;
  readonly last_activity_at: Date | null;
}

type WithAuthor<Row> = Row & { readonly author_id: number; readonly author: string };

/** One query for all rows of a kind, however many rows are shown. */
export function createRelationsInSets(database: Queryable): ProjectRelations {
  return {
    async cards(projects) {
      if (projects.length === 0) return [];
      const rows = await database.query<CardExtras>(CARD_EXTRAS, [projects.map(({ id }) => id)]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return projects.map(({ ownerId, ...project }) => {
        const { username, files, last_activity_at } = byId.get(project.id) as CardExtras;
        const lastActivityAt = last_activity_at?.toISOString() ?? null;
        return { ...project, owner: { id: ownerId, username }, files, lastActivityAt };
      });
    },

    async detail(userId, projectId, parts) {
      const [project, files, activities] = await Promise.all([
        findProject(database, userId, projectId),
        parts.files ? filesOf(database, userId, projectId) : undefined,
        parts.activities ? activitiesOf(database, userId, projectId) : undefined,
      ]);
      return project && { ...project, ...(files && { files }), ...(activities && { activities }) };
    },

    async members(userIds) {
      if (userIds.length === 0) return [];
      const sql = 'SELECT id, username FROM users WHERE id = ANY($1)';
      const byId = new Map((await database.query<Member>(sql, [userIds])).map((row) => [row.id, row]));
      return userIds.map((id) => byId.get(id) as Member);
    },

    async setStatuses(userId, projectIds, status) {
      const rows = await database.query(SET_STATUSES, [projectIds, userId, status]);
      return rows.length === projectIds.length;
    },
  };
}

const CARD_EXTRAS = `SELECT p.id, u.username,
    (SELECT count(*) FROM files f WHERE f.project_id = p.id) AS files,
    (SELECT a.created_at FROM agent_activities a WHERE a.project_id = p.id ORDER BY a.id DESC LIMIT 1) AS last_activity_at
  FROM projects p JOIN users u ON u.id = p.user_id WHERE p.id = ANY($1)`;

/** All of them or none. Locked in the order of their ids, so that two of these cannot wait for each other. */
const SET_STATUSES = `WITH own AS (
    SELECT id FROM projects WHERE id = ANY($1) AND user_id = $2 ORDER BY id FOR UPDATE
  )
  UPDATE projects SET status = $3, updated_at = now()
  WHERE id IN (SELECT id FROM own) AND (SELECT count(*) FROM own) = cardinality($1::bigint[]) RETURNING id`;

async function findProject(
  database: Queryable,
  userId: number,
  projectId: number,
): Promise<Omit<ProjectDetail, 'files' | 'activities'> | undefined> {
  const [row] = await database.query<ProjectRow & { readonly username: string }>(
    `SELECT p.id, p.user_id, p.name, p.status, p.progress, p.current_stage, p.created_at, p.updated_at,
       p.requirements, u.username
     FROM projects p JOIN users u ON u.id = p.user_id WHERE p.id = $1 AND p.user_id = $2`,
    [projectId, userId],
  );
  return row && { ...toProject(row), owner: { id: row.user_id, username: row.username } };
}

async function filesOf(database: Queryable, userId: number, projectId: number): Promise<readonly ProjectFile[]> {
  const rows = await database.query<WithAuthor<FileRow>>(
    `SELECT f.id, f.path, f.language, f.size_bytes, f.current_version, f.updated_at,
       u.id AS author_id, u.username AS author
     FROM files f
     JOIN projects p ON p.id = f.project_id
     JOIN file_versions v ON v.file_id = f.id AND v.version = f.current_version
     JOIN users u ON u.id = v.created_by
     WHERE f.project_id = $1 AND p.user_id = $2 ORDER BY f.path LIMIT ${PROJECT_FILES_SHOWN}`,
    [projectId, userId],
  );
  return rows.map((row) => toFile(row, { id: row.author_id, username: row.author }));
}

async function activitiesOf(database: Queryable, userId: number, projectId: number): Promise<readonly AgentActivity[]> {
  const rows = await database.query<ActivityRow>(
    `SELECT a.id, a.project_id, a.agent_role, a.status, a.current_task, a.tokens_used, a.created_at
     FROM agent_activities a JOIN projects p ON p.id = a.project_id
     WHERE a.project_id = $1 AND p.user_id = $2 ORDER BY a.id DESC LIMIT ${PROJECT_ACTIVITIES_SHOWN}`,
    [projectId, userId],
  );
  return rows.map(toActivity);
}
