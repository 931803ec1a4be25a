import type { Activities, Files, Projects } from '../ports/index.ts';
import { pageKey } from './cached-reads.ts';
import type { ReadCache } from './read-cache.ts';

const LIST_TTL_MS = 180_000;

/** Projects, their files and their activities show in each other's answers, so a write to one of them takes all of the user's. */
const projectsOf = (userId: number): string => `projects:${userId}`;

export function cacheProjects(projects: Projects, cache: ReadCache): Projects {
  const write = <T>(userId: number, writing: Promise<T>): Promise<T> => cache.write(projectsOf(userId), writing);
  return {
    async list(userId, filter, page) {
      const key = ['projects', userId, filter.status ?? '', ...pageKey(page)];
      const options = { ttlMs: LIST_TTL_MS, tags: [projectsOf(userId)] };
      return cache.getOrSet(key, () => projects.list(userId, filter, page), options);
    },
    async find(userId, projectId, parts) {
      const key = ['project', userId, projectId, Number(parts.files), Number(parts.activities)];
      const options = { ttlMs: LIST_TTL_MS, tags: [projectsOf(userId)] };
      return cache.getOrSet(key, () => projects.find(userId, projectId, parts), options);
    },
    create: (userId, project) => write(userId, projects.create(userId, project)),
    change: (userId, projectId, change) => write(userId, projects.change(userId, projectId, change)),
    setStatuses: (userId, projectIds, status) => write(userId, projects.setStatuses(userId, projectIds, status)),
  };
}

export function cacheFiles(files: Files, cache: ReadCache): Files {
  return {
    async find(userId, fileId) {
      const options = { ttlMs: LIST_TTL_MS, tags: [projectsOf(userId)] };
      return cache.getOrSet(['file', userId, fileId], () => files.find(userId, fileId), options);
    },
    async versions(userId, fileId, page) {
      const options = { ttlMs: LIST_TTL_MS, tags: [projectsOf(userId)] };
      const key = ['file-versions', userId, fileId, ...pageKey(page)];
      return cache.getOrSet(key, () => files.versions(userId, fileId, page), options);
    },
    restore: (userId, fileId, version) => cache.write(projectsOf(userId), files.restore(userId, fileId, version)),
  };
}

export function cacheActivities(activities: Activities, cache: ReadCache): Activities {
  return {
    async list(userId, projectId, page) {
      const options = { ttlMs: LIST_TTL_MS, tags: [projectsOf(userId)] };
      const key = ['activities', userId, projectId, ...pageKey(page)];
      return cache.getOrSet(key, () => activities.list(userId, projectId, page), options);
    },
    record: (userId, activity) => cache.write(projectsOf(userId), activities.record(userId, activity)),
  };
}
