import { Type } from 'typebox';
import { ACTIVITY_STATUSES, AGENT_ROLES, PROJECT_STATUSES } from '../ports/index.ts';
import { Id, listOf, nullable, oneOf, Timestamp } from './fields.ts';

export const ProjectStatus = oneOf(PROJECT_STATUSES);
export const Progress = Type.Integer({ minimum: 0, maximum: 100 });

const Member = Type.Object({ id: Id, username: Type.String() });
const CARD_FIELDS = {
  ...{ id: Id, name: Type.String(), status: ProjectStatus, progress: Type.Integer() },
  ...{ currentStage: nullable('string'), createdAt: Timestamp, updatedAt: Timestamp },
};

export const ProjectCard = Type.Object({
  ...CARD_FIELDS,
  owner: Member,
  files: Type.Integer(),
  lastActivityAt: nullable('string'),
});
export const Project = Type.Object({ ...CARD_FIELDS, requirements: Type.String() });

const FILE_FIELDS = {
  ...{ id: Id, path: Type.String(), language: Type.String(), sizeBytes: Type.Integer() },
  ...{ currentVersion: Type.Integer(), updatedBy: Member, updatedAt: Timestamp },
};
export const FileContent = Type.Object({ ...FILE_FIELDS, projectId: Id, content: Type.String() });
export const FileVersion = Type.Object({
  ...{ id: Id, version: Type.Integer(), sizeBytes: Type.Integer() },
  ...{ createdBy: Member, createdAt: Timestamp },
});

export const ACTIVITY_FIELDS = {
  projectId: Id,
  agentRole: oneOf(AGENT_ROLES),
  status: oneOf(ACTIVITY_STATUSES),
};
export const Activity = Type.Object({
  ...{ id: Id, ...ACTIVITY_FIELDS, currentTask: nullable('string') },
  ...{ tokensUsed: Type.Integer(), createdAt: Timestamp },
});

export const ProjectDetail = Type.Object({
  ...{ ...CARD_FIELDS, requirements: Type.String(), owner: Member },
  files: Type.Optional(listOf(Type.Object(FILE_FIELDS))),
  activities: Type.Optional(listOf(Activity)),
});
