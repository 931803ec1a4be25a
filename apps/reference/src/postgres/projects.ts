import type { Queryable } from '../database.ts';
import type { Listing, ProjectRelations, Projects } from '../ports/index.ts';
import {
  CARD_COLUMNS,
  type CardRow,
  PROJECT_COLUMNS,
  type ProjectRow,
  toOwnedProject,
  toProject,
} from './project-rows.ts';

export function createProjects(database: Queryable, listing: Listing, relations: ProjectRelations): Projects {
  return {
    async list(userId, { status }, page) {
      const query = { table: 'projects', columns: CARD_COLUMNS, equal: { user_id: userId, status } } as const;
      const { items, hasMore } = await listing.slice<CardRow>(query, page);
      return { items: await relations.cards(items.map(toOwnedProject)), hasMore };
    },

    find: (userId, projectId, parts) => relations.detail(userId, projectId, parts),

    async create(userId, { name, requirements }) {
      const [row] = await database.query<ProjectRow>(
        `INSERT INTO projects (user_id, name, requirements) VALUES ($1, $2, $3) RETURNING ${PROJECT_COLUMNS}`,
        [userId, name, requirements],
      );
      return toProject(row as ProjectRow);
    },

    async change(userId, projectId, { name, status, progress, currentStage }) {
      const [row] = await database.query<ProjectRow>(
        `UPDATE projects SET name = coalesce($3, name), status = coalesce($4, status),
           progress = coalesce($5, progress), current_stage = CASE WHEN $6 THEN $7 ELSE current_stage END,
           updated_at = now()
         WHERE id = $1 AND user_id = $2 RETURNING ${PROJECT_COLUMNS}`,
        [
          ...[projectId, userId, name ?? null, status ?? null, progress ?? null],
          ...[currentStage !== undefined, currentStage ?? null],
        ],
      );
      return row && toProject(row);
    },

    setStatuses: (userId, projectIds, status) => relations.setStatuses(userId, projectIds, status),
  };
}
