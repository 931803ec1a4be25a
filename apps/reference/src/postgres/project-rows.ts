import type {
  ActivityStatus,
  AgentActivity,
  AgentRole,
  Member,
  OwnedProject,
  Project,
  ProjectFile,
  ProjectStatus,
} from '../ports/index.ts';

export const CARD_COLUMNS = 'id, user_id, name, status, progress, current_stage, created_at, updated_at';
export const PROJECT_COLUMNS = `${CARD_COLUMNS}, requirements`;
export const ACTIVITY_COLUMNS = 'id, project_id, agent_role, status, current_task, tokens_used, created_at';
export const FILE_COLUMNS = 'id, path, language, size_bytes, current_version, updated_at';

/** As {@link CARD_COLUMNS} name it. */
export interface CardRow {
  readonly id: number;
  readonly user_id: number;
  readonly name: string;
  readonly status: ProjectStatus;
  readonly progress: number;
  readonly current_stage: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface ProjectRow extends CardRow {
  readonly requirements: string;
}

export interface FileRow {
  readonly id: number;
  readonly path: string;
  readonly language: string;
  readonly size_bytes: number;
  readonly current_version: number;
  readonly updated_at: Date;
}

export interface ActivityRow {
  readonly id: number;
  readonly project_id: number;
  readonly agent_role: AgentRole;
  readonly status: ActivityStatus;
  readonly current_task: string | null;
  readonly tokens_used: number;
  readonly created_at: Date;
}

export const toOwnedProject = (row: CardRow): OwnedProject => ({
  id: row.id,
  ownerId: row.user_id,
  name: row.name,
  status: row.status,
  progress: row.progress,
  currentStage: row.current_stage,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

export function toProject(row: ProjectRow): Project {
  const { ownerId: _, ...project } = toOwnedProject(row);
  return { ...project, requirements: row.requirements };
}

export const toFile = (row: FileRow, updatedBy: Member): ProjectFile => ({
  id: row.id,
  path: row.path,
  language: row.language,
  sizeBytes: row.size_bytes,
  currentVersion: row.current_version,
  updatedBy,
  updatedAt: row.updated_at.toISOString(),
});

export const toActivity = (row: ActivityRow): AgentActivity => ({
  id: row.id,
  projectId: row.project_id,
  agentRole: row.agent_role,
  status: row.status,
  currentTask: row.current_task,
  tokensUsed: row.tokens_used,
  createdAt: row.created_at.toISOString(),
});
