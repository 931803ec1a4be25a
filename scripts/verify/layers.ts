import path from 'node:path';
import { isFile, LAYER_GROUPS, type LayerGroup, OTHER_FILES, WORKSPACES } from '../../layers.ts';
import { type Fault, report } from './fault.ts';
import { type Import, importsOf } from './imports.ts';
import { findStaleTables, writeTables } from './layer-tables.ts';
import { parseFile } from './syntax.ts';
import { isCode, isTest, listFiles } from './tree.ts';
import { listWorkspaces, sourceTarget, type Workspace } from './workspaces.ts';

const WORKSPACE_LIST = listWorkspaces();
const FILES = listFiles().filter(isCode);

/** The workspace that a file belongs to; the files beside the root manifest belong to the scripts. */
function workspaceOf(file: string): Workspace | undefined {
  const name = file.includes('/') ? undefined : '@millrace/scripts';
  return WORKSPACE_LIST.find((it) => it.name === name || file.startsWith(`${it.folder}/`));
}

function groupOf(file: string): LayerGroup | undefined {
  return LAYER_GROUPS.find((group) => file.startsWith(`${group.root}/`));
}

function layerOf(group: LayerGroup, file: string): string {
  const [first = '', ...rest] = file.slice(group.root.length + 1).split('/');
  if (rest.length > 0) return first;
  return Object.keys(group.layers).find((row) => row.split(', ').includes(first)) ?? OTHER_FILES;
}

/** Where a specifier leads: a file of the tree, a fault, or nothing that the table rules. */
function resolve(file: string, own: Workspace, specifier: string): string | { fault: string } | undefined {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  if (specifier.startsWith('#')) {
    const target = sourceTarget(own.manifest.imports, specifier);
    return target === undefined ? undefined : path.posix.join(own.folder, target);
  }
  const parts = specifier.split('/');
  const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  if (!(name in WORKSPACES)) return undefined;
  const other = WORKSPACE_LIST.find((it) => it.name === name);
  const target = other && sourceTarget(other.manifest.exports, ['.', ...parts].join('/'));
  if (!other || !target) return { fault: `${specifier} is no public entry of ${name}` };
  return path.posix.join(other.folder, target);
}

function judgeWorkspaces(own: Workspace, other: Workspace | undefined, specifier: string): string | undefined {
  if (specifier.startsWith('.'))
    return `${specifier} leaves ${own.name}; use a public entry of ${other?.name ?? 'its package'}`;
  if (other && WORKSPACES[own.name]?.includes(other.name)) return undefined;
  return `${own.name} may not import ${other?.name ?? specifier}`;
}

function judgeFolders(group: LayerGroup, file: string, target: string): string | undefined {
  const from = layerOf(group, file);
  const to = layerOf(group, target);
  const allowed = group.layers[from];
  if (from === to || allowed === undefined) return undefined;
  const forTests = isTest(file) && group.forTests.includes(to);
  if (!allowed.includes(to) && !forTests) return `${from} may not import ${to}`;
  const isDoor = isFile(to) || target === path.posix.join(group.root, to, 'index.ts');
  return isDoor ? undefined : `${from} must enter ${to} by its index.ts`;
}

/** What is wrong with one import, or undefined. */
function judge(file: string, { specifier }: Import): string | undefined {
  const own = workspaceOf(file);
  if (!own) return undefined;
  const target = resolve(file, own, specifier);
  if (target === undefined) return undefined;
  if (typeof target === 'object') return target.fault;
  const other = workspaceOf(target);
  if (other?.name !== own.name) return judgeWorkspaces(own, other, specifier);
  const group = groupOf(file);
  return group && groupOf(target) === group ? judgeFolders(group, file, target) : undefined;
}

/** A folder or workspace that the table does not know cannot be judged, so it is a fault of its own. */
function findUnknown(): Fault[] {
  const unknown = new Set<string>();
  for (const file of FILES) {
    const group = groupOf(file);
    const layer = group && layerOf(group, file);
    if (group && layer && !(layer in group.layers)) unknown.add(`${group.root}/${layer}`);
  }
  for (const { name, folder } of WORKSPACE_LIST) if (!(name in WORKSPACES)) unknown.add(folder);
  return [...unknown].map((where) => ({ where, what: 'not in layers.ts; say there what it may import' }));
}

function findForbidden(): Fault[] {
  const faults: Fault[] = [];
  for (const file of FILES) {
    for (const found of importsOf(parseFile(file))) {
      const what = judge(file, found);
      if (what !== undefined) faults.push({ where: `${file}:${found.line}`, what: `${what} (layers.ts)` });
    }
  }
  return faults;
}

if (process.argv.includes('--write')) {
  writeTables();
} else {
  const faults = [...findUnknown(), ...findForbidden(), ...findStaleTables()];
  report('layers', faults, `${FILES.length} files import only what layers.ts allows`);
}
