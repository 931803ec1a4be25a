import type { Queryable } from '../database.ts';
import type { Activities, Listing } from '../ports/index.ts';
import { ACTIVITY_COLUMNS, type ActivityRow, toActivity } from './project-rows.ts';

export function createActivities(database: Queryable, listing: Listing): Activities {
  return {
    async list(userId, projectId, page) {
      const [owned] = await database.query('SELECT 1 FROM projects WHERE id = $1 AND user_id = $2', [
        projectId,
        userId,
      ]);
      if (!owned) return undefined;
      const query = { table: 'agent_activities', columns: ACTIVITY_COLUMNS, equal: { project_id: projectId } } as const;
      const { items, hasMore } = await listing.slice<ActivityRow>(query, page);
      return { items: items.map(toActivity), hasMore };
    },

    async record(userId, { projectId, agentRole, status, currentTask, tokensUsed }) {
      const [row] = await database.query<ActivityRow>(
        `INSERT INTO agent_activities (project_id, agent_role, status, current_task, tokens_used)
         SELECT id, $3, $4, $5, $6 FROM projects WHERE id = $1 AND user_id = $2 RETURNING ${ACTIVITY_COLUMNS}`,
        [projectId, userId, agentRole, status, currentTask, tokensUsed],
      );
      return row && toActivity(row);
    },
  };
}
