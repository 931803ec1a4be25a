import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit checked out in `folder`, and whether there are changes beside it; null commit outside a checkout. */
export async function readCommit(folder: string): Promise<{ commit: string | null; dirty: boolean }> {
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder, timeout: 5000 });
    return stdout.trim();
  };
  try {
    const commit = await git('rev-parse', 'HEAD');
    return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' };
  } catch {
    return { commit: null, dirty: false };
  }
}
