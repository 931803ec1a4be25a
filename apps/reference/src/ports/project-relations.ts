import type { Member, Project, ProjectCard, ProjectDetail, ProjectParts, ProjectStatus } from './projects.ts';

/** A project with the id of its owner, as a list read it. */
export type OwnedProject = Omit<Project, 'requirements'> & { readonly ownerId: number };

/** Reads what stands in other tables than the rows at hand, and writes to many rows. */
export interface ProjectRelations {
  /** In the order of `projects`. */
  cards(projects: readonly OwnedProject[]): Promise<readonly ProjectCard[]>;
  /** Undefined when the user has no such project. */
  detail(userId: number, projectId: number, parts: ProjectParts): Promise<ProjectDetail | undefined>;
  /** In the order of `userIds`, which may name a user twice. */
  members(userIds: readonly number[]): Promise<readonly Member[]>;
  /** As `Projects.setStatuses`. */
  setStatuses(userId: number, projectIds: readonly number[], status: ProjectStatus): Promise<boolean>;
}
