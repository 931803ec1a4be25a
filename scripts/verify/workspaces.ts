import path from 'node:path';
import { listFiles, readJson } from './tree.ts';

/** The part of a `package.json` that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly imports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/** One workspace of the repository. */
export interface Workspace {
  readonly name: string;
  /** Path below the root, e.g. `packages/load`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The workspaces on disk, by folder. */
export function listWorkspaces(): Workspace[] {
  const patterns = readJson<Manifest>('package.json').workspaces ?? [];
  return listFiles()
    .filter((file) => path.posix.basename(file) === 'package.json')
    .map((file) => path.posix.dirname(file))
    .filter((folder) => patterns.some((pattern) => path.posix.matchesGlob(folder, pattern)))
    .map((folder) => {
      const manifest = readJson<Manifest>(`${folder}/package.json`);
      return { name: manifest.name, folder, manifest };
    });
}

/** Where an entry of `exports` or `imports` leads in the source tree, or undefined. */
export function sourceTarget(map: Manifest['exports'], key: string): string | undefined {
  const target = map?.[key];
  return typeof target === 'string' ? target : target?.['millrace-source'];
}

/** Every file that the manifest names for consumers, sources left out. */
export function targetsOf({ exports, imports, bin }: Manifest): string[] {
  const conditions = [...Object.values(exports ?? {}), ...Object.values(imports ?? {})];
  const targets = conditions.flatMap((target) =>
    typeof target === 'string'
      ? [target]
      : Object.entries(target).flatMap(([condition, file]) => (condition === 'millrace-source' ? [] : [file])),
  );
  return [...new Set([...targets, ...Object.values(bin ?? {})])];
}

/** What users of a published package import, e.g. `millrace/cache`. */
export interface PublicEntry {
  readonly workspace: Workspace;
  /** As it is imported. */
  readonly name: string;
  /** Its door in the source tree, below the root. */
  readonly source: string;
  /** Its declarations, below the folder of the workspace. */
  readonly types: string;
  /** The page that holds its interface, below the root. */
  readonly page: string;
}

/** Every entry of the published packages that has types. */
export function publicEntries(workspaces: readonly Workspace[]): PublicEntry[] {
  return workspaces
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap((workspace) =>
      Object.entries(workspace.manifest.exports ?? {}).flatMap(([key, target]) => {
        if (typeof target === 'string' || !target.types || !target['millrace-source']) return [];
        const { folder, name } = workspace;
        const page = `${folder}/api/${key === '.' ? 'index' : key.slice(2).replaceAll('/', '-')}.api.md`;
        const source = path.posix.join(folder, target['millrace-source']);
        return [{ workspace, name: path.posix.join(name, key), source, types: target.types, page }];
      }),
    );
}
