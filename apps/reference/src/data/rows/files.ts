import { createRandom } from 'millrace/core';
import type { DataSetOptions } from '../data-set.ts';
import { HISTORY_DAYS, lastOwner } from '../profile.ts';
import { oneOf } from './choice.ts';
import { createParentPicker, type Owners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';

const FILE_COLUMNS = [
  ...['id', 'project_id', 'path', 'language', 'content', 'size_bytes', 'current_version'],
  ...['created_at', 'updated_at'],
];
const VERSION_COLUMNS = ['id', 'file_id', 'version', 'content', 'created_by', 'created_at'];
const FOLDERS = ['src', 'src/api', 'src/pages', 'test', 'docs'];
const KINDS = { ts: 'typescript', vue: 'vue', py: 'python', md: 'markdown' } as const;
const MAX_VERSIONS = 3;
const DAY_MS = 86_400_000;

/** What `files` and `file_versions` have in common: entry 0 is file 1. */
export interface FilePlan {
  readonly projects: Int32Array;
  readonly versions: Uint8Array;
}

/** Which file belongs to which project, and how many versions it has. */
export function planFiles({ profile, seed }: DataSetOptions, projectOwners: Owners): FilePlan {
  const random = createRandom(seed).fork('file-plan');
  const pickProject = createParentPicker(projectOwners, random.fork('projects'));
  return {
    projects: Int32Array.from({ length: profile.files }, (_, index) => pickProject(index)),
    versions: Uint8Array.from({ length: profile.files }, () => 1 + random.int(MAX_VERSIONS)),
  };
}

export function fileRows({ profile, seed, referenceNow }: DataSetOptions, plan: FilePlan): TableRows {
  function* generate() {
    const random = createRandom(seed).fork('files');
    for (let id = 1; id <= profile.files; id++) {
      const [suffix, language] = oneOf(Object.entries(KINDS), random);
      const path = `${oneOf(FOLDERS, random)}/part-${id}.${suffix}`;
      const version = plan.versions[id - 1] as number;
      const content = contentOf(id, version);
      const createdAt = versionTime(referenceNow, id, 1);
      yield [
        ...[id, plan.projects[id - 1] as number, path, language, content, Buffer.byteLength(content), version],
        ...[createdAt, versionTime(referenceNow, id, version)],
      ];
    }
  }
  return tableOf('files', FILE_COLUMNS, generate, profile.files);
}

/** The first version is by the owner of the project, a later one by anybody who owns something. */
export function fileVersionRows(options: DataSetOptions, plan: FilePlan, projectOwners: Owners): TableRows {
  const { profile, seed, referenceNow } = options;
  function* generate() {
    const random = createRandom(seed).fork('file-versions');
    let id = 0;
    for (let fileId = 1; fileId <= profile.files; fileId++) {
      const owner = projectOwners[(plan.projects[fileId - 1] as number) - 1] as number;
      for (let version = 1; version <= (plan.versions[fileId - 1] as number); version++) {
        const author = version === 1 ? owner : 1 + random.int(lastOwner(profile));
        const createdAt = versionTime(referenceNow, fileId, version);
        yield [++id, fileId, version, contentOf(fileId, version), author, createdAt];
      }
    }
  }
  const total = plan.versions.reduce((sum, versions) => sum + versions, 0);
  return tableOf('file_versions', VERSION_COLUMNS, generate, total);
}

function contentOf(fileId: number, version: number): string {
  const line = `export const part${fileId} = { revision: ${version}, note: 'half\\\\done — 部分' };\n`;
  return line.repeat(1 + ((fileId + version) % 4));
}

/** Each version a day after the one before it, the first so early that the last lies in the history. */
function versionTime(referenceNow: Date, fileId: number, version: number): Date {
  const first = referenceNow.getTime() - HISTORY_DAYS * DAY_MS + (fileId % 1_000) * 60_000;
  return new Date(first + (version - 1) * DAY_MS);
}
