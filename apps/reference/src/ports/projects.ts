import type { AgentActivity } from './activities.ts';
import type { ProjectFile } from './files.ts';
import type { PageRequest, Slice } from './listing.ts';

export const PROJECT_STATUSES = ['pending', 'running', 'completed', 'failed'] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

export interface NewProject {
  readonly name: string;
  readonly requirements: string;
}

export interface Project extends NewProject {
  readonly id: number;
  readonly status: ProjectStatus;
  /** 0 to 100. */
  readonly progress: number;
  readonly currentStage: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What is left out stays as it is. */
export interface ProjectChange {
  readonly name: string | undefined;
  readonly status: ProjectStatus | undefined;
  readonly progress: number | undefined;
  /** Null takes the stage away. */
  readonly currentStage: string | null | undefined;
}

export interface Member {
  readonly id: number;
  readonly username: string;
}

/** A project as a list shows it. */
export interface ProjectCard extends Omit<Project, 'requirements'> {
  readonly owner: Member;
  readonly files: number;
  /** Null where no agent has worked yet. */
  readonly lastActivityAt: string | null;
}

/** What of a project is read beside its own row. */
export interface ProjectParts {
  readonly files: boolean;
  readonly activities: boolean;
}

/** A project with the parts asked for; the others are absent. */
export interface ProjectDetail extends Project {
  readonly owner: Member;
  /** The first {@link PROJECT_FILES_SHOWN} by path. */
  readonly files?: readonly ProjectFile[];
  /** The newest {@link PROJECT_ACTIVITIES_SHOWN}. */
  readonly activities?: readonly AgentActivity[];
}

export const PROJECT_FILES_SHOWN = 100;
export const PROJECT_ACTIVITIES_SHOWN = 20;

export interface ProjectFilter {
  readonly status: ProjectStatus | undefined;
}

/** A user's projects. Another user's are as good as not there. */
export interface Projects {
  list(userId: number, filter: ProjectFilter, page: PageRequest): Promise<Slice<ProjectCard>>;
  /** Undefined when the user has no such project; likewise below. */
  find(userId: number, projectId: number, parts: ProjectParts): Promise<ProjectDetail | undefined>;
  create(userId: number, project: NewProject): Promise<Project>;
  change(userId: number, projectId: number, change: ProjectChange): Promise<Project | undefined>;
  /** Sets the status of all these projects, which are different ones, and says true; or of none, when one is not the user's. */
  setStatuses(userId: number, projectIds: readonly number[], status: ProjectStatus): Promise<boolean>;
}
