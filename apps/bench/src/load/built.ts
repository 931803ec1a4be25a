import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = new URL('../../../../', import.meta.url);

/** The command as it is published. */
export const BUILT_COMMAND: string = fileURLToPath(new URL('packages/cli/dist/main.js', ROOT));

/** Compiles what has changed, so that a figure of the built packages is one of the present sources. @throws when they do not compile */
export async function buildPackages(): Promise<void> {
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: ROOT });
}
