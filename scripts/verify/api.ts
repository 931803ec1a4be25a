import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { type Fault, report } from './fault.ts';
import { listFiles, ROOT, readText } from './tree.ts';
import { listWorkspaces, type PublicEntry, publicEntries } from './workspaces.ts';

/**
 * One page for each public entry that holds all it exports, as compiled: a change of what users meet shows in a
 * review. `--write` renews the pages; both read the declarations in `dist`.
 */

const IGNORED = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };
const FAILS = { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false };

/**
 * The extractor looks at types alone: comments have a check of their own. To it, a type of `millrace/core` that another
 * entry uses is forgotten there.
 */
const MESSAGES = {
  compilerMessageReporting: { default: FAILS },
  extractorMessageReporting: {
    default: FAILS,
    'ae-forgotten-export': IGNORED,
    'ae-missing-release-tag': IGNORED,
    'ae-undocumented': IGNORED,
    'ae-unresolved-link': IGNORED,
  },
  tsdocMessageReporting: { default: IGNORED },
};

const COMPILER = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
  },
};

/** The page as it must be; a fault is added for whatever keeps it from being made. */
function extract({ workspace, types, page }: PublicEntry, folder: string, faults: Fault[]): string | undefined {
  const mainEntryPointFilePath = path.join(ROOT, workspace.folder, types);
  if (!existsSync(mainEntryPointFilePath)) {
    faults.push({ where: `${workspace.folder}/${types}`, what: 'is not there; run npm run build' });
    return undefined;
  }
  const reportFileName = path.basename(page);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: path.join(ROOT, workspace.folder),
      mainEntryPointFilePath,
      compiler: { overrideTsconfig: COMPILER },
      apiReport: { enabled: true, reportFileName, reportFolder: folder, reportTempFolder: folder },
      messages: MESSAGES,
      newlineKind: 'lf',
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(ROOT, workspace.folder, 'package.json'),
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      if (message.logLevel === ExtractorLogLevel.Error) faults.push({ where: page, what: message.text });
      message.handled = true;
    },
  });
  return succeeded ? readFileSync(path.join(folder, reportFileName), 'utf8') : undefined;
}

/** Every page by its path, made in a folder that goes away again. */
function extractAll(entries: readonly PublicEntry[], faults: Fault[]): Map<string, string> {
  const pages = new Map<string, string>();
  for (const entry of entries) {
    const folder = mkdtempSync(path.join(tmpdir(), 'millrace-api-'));
    try {
      const text = extract(entry, folder, faults);
      if (text !== undefined) pages.set(entry.page, text);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return pages;
}

function writePages(pages: ReadonlyMap<string, string>, strays: readonly string[]): void {
  for (const [page, text] of pages) {
    mkdirSync(path.dirname(path.join(ROOT, page)), { recursive: true });
    writeFileSync(path.join(ROOT, page), text);
  }
  for (const page of strays) rmSync(path.join(ROOT, page));
}

/** The first line in which a page on disk differs, as a fault of the page. */
function comparePage(page: string, text: string): Fault[] {
  if (!existsSync(path.join(ROOT, page))) return [{ where: page, what: 'is missing; run npm run api:write' }];
  const wanted = text.split('\n');
  const onDisk = readText(page).split('\n');
  const at = wanted.findIndex((line, index) => line !== onDisk[index]);
  if (at < 0 && wanted.length === onDisk.length) return [];
  const line = at < 0 ? wanted.length : at;
  return [{ where: `${page}:${line + 1}`, what: `the source has "${wanted[line] ?? ''}"; run npm run api:write` }];
}

const entries = publicEntries(listWorkspaces());
const strays = listFiles().filter((file) => file.endsWith('.api.md') && !entries.some(({ page }) => page === file));
const faults: Fault[] = [];
const pages = extractAll(entries, faults);
if (process.argv.includes('--write') && faults.length === 0) writePages(pages, strays);
else {
  for (const [page, text] of pages) faults.push(...comparePage(page, text));
  for (const page of strays) faults.push({ where: page, what: 'no public entry has this page; run npm run api:write' });
}
report('api', faults, `${pages.size} public entries export what their pages say`);
