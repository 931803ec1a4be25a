import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from './command.ts';
import { type Fault, report } from './fault.ts';
import { listWorkspaces, type Workspace } from './workspaces.ts';

const PUBLISHED = listWorkspaces().filter((it) => it.manifest.private !== true);

interface Tarball {
  readonly file: string;
  readonly contents: readonly string[];
}

interface PackAnswer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function packWorkspace({ folder }: Workspace, destination: string): Tarball | undefined {
  const args = ['pack', '--silent', '--json', '--ignore-scripts', '--pack-destination', destination, `./${folder}`];
  const { passed, output } = runCommand('npm', args);
  if (!passed) {
    console.log(output.trimEnd());
    return undefined;
  }
  const answer = JSON.parse(output.slice(output.search(/^[[{]/m))) as PackAnswer[] | Record<string, PackAnswer>;
  const [packed] = Object.values(answer) as [PackAnswer];
  const file = path.join(destination, path.basename(packed.filename));
  return { file, contents: packed.files.map((it) => it.path) };
}

/** A package brings compiled code, its declarations, schemas and papers; no source, no test, no build record. */
function findStrays({ folder }: Workspace, { contents }: Tarball): Fault[] {
  const belongs =
    /^(?:package\.json|README\.md|LICENSE|schemas\/[\w-]+\.schema\.json|dist\/.*\.(?:js|js\.map|d\.ts|json|sql|html|css))$/;
  return contents
    .filter((file) => !belongs.test(file) || /\.(?:deep\.)?test\./.test(file))
    .map((file) => ({ where: `${folder}/package.json`, what: `${file} must not be packed; see files` }));
}

function runTool(workspace: Workspace, tool: string, args: readonly string[]): Fault[] {
  const { passed, output } = runCommand(tool, args, { NO_COLOR: '1', FORCE_COLOR: undefined });
  if (passed) return [];
  console.log(output.trimEnd());
  return [{ where: workspace.folder, what: `${tool} refuses the package` }];
}

function checkWorkspace(workspace: Workspace, destination: string): Fault[] {
  const tarball = packWorkspace(workspace, destination);
  if (!tarball) return [{ where: workspace.folder, what: 'npm pack failed' }];
  return [
    ...findStrays(workspace, tarball),
    ...runTool(workspace, 'publint', ['run', '--strict', tarball.file]),
    ...runTool(workspace, 'attw', [
      '--profile',
      'esm-only',
      '--no-emoji',
      '--no-color',
      '--format',
      'ascii',
      tarball.file,
    ]),
  ];
}

const destination = mkdtempSync(path.join(tmpdir(), 'millrace-pack-'));
try {
  const faults = PUBLISHED.flatMap((workspace) => checkWorkspace(workspace, destination));
  report('pack', faults, `${PUBLISHED.map((it) => it.name).join(', ')} are fit to publish`);
} finally {
  rmSync(destination, { recursive: true, force: true });
}
