import type { PageRequest, Slice } from './listing.ts';

export const AGENT_ROLES = ['analyst', 'architect', 'developer', 'tester', 'writer'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];

export const ACTIVITY_STATUSES = ['working', 'done', 'failed'] as const;
export type ActivityStatus = (typeof ACTIVITY_STATUSES)[number];

/** As an agent reports it. */
export interface NewActivity {
  readonly projectId: number;
  readonly agentRole: AgentRole;
  readonly status: ActivityStatus;
  readonly currentTask: string | null;
  readonly tokensUsed: number;
}

export interface AgentActivity extends NewActivity {
  readonly id: number;
  readonly createdAt: string;
}

/** What agents did for a user's projects. */
export interface Activities {
  /** Undefined when the user has no such project; likewise below. */
  list(userId: number, projectId: number, page: PageRequest): Promise<Slice<AgentActivity> | undefined>;
  record(userId: number, activity: NewActivity): Promise<AgentActivity | undefined>;
}
