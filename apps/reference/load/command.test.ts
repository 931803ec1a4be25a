import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JudgedResult } from '@millrace/load';

/** The command. */
export const MAIN: string = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The commands of the README that run a file, and the flags that they give beside the address. */
export const COMMANDS: ReadonlyMap<string, readonly string[]> = new Map(
  [...README.matchAll(/^npm run millrace -- load run apps\/reference\/load\/(\S+) --url \S+ (.*)$/gm)].map(
    ([, file = '', flags = '']) => [file, flags.split(' ')],
  ),
);

/** The arguments of the README's command that serves. */
export const SERVE: readonly string[] =
  /^npm run millrace -- (prove .*--serve.*)$/m.exec(README)?.[1]?.split(' ') ?? [];

/**
 * `millrace load run` of a file of this folder, as the README says it but for these flags; fails unless the run met
 * what it must.
 */
export async function runFile(
  { folder, url, accounts }: { readonly folder: string; readonly url: string; readonly accounts: number },
  file: string,
  ...flags: readonly string[]
): Promise<JudgedResult> {
  const json = join(folder, `${file}.json`);
  const scenario = fileURLToPath(new URL(file, import.meta.url));
  const args = [
    'load',
    'run',
    scenario,
    '--url',
    url,
    '--json',
    json,
    '--workers',
    '1',
    ...(COMMANDS.get(file) ?? []),
    ...flags,
  ];
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const child = spawn(process.execPath, ['--conditions=millrace-source', MAIN, ...args], {
    cwd: folder,
    env: { ...outer, ACCOUNTS: String(accounts), LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  // A machine that is too busy for a short run is said to be; that is the generator's verdict, not the service's.
  assert.ok(code === 0 || code === 4, `${file} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(await readFile(json, 'utf8')) as JudgedResult;
}

/** Good answers in each row, no error, no failed flow, and no failed check of those that were made. */
export function assertGood({ total, steps, flows = {}, checks = [] }: JudgedResult): void {
  const statuses = Object.entries(steps).map(([name, step]) => `${name} ${JSON.stringify(step.statuses)}`);
  assert.deepEqual(total.errors, {}, statuses.join(', '));
  for (const [name, { ok }] of Object.entries(steps)) assert.ok(ok > 0, name);
  for (const [name, { ok, failed }] of Object.entries(flows))
    assert.ok(ok > 0 && failed === 0, `${name}: ${failed} failed`);
  assert.ok(checks.length > 0);
  for (const { name, failed } of checks) assert.equal(failed, 0, name);
}
