import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['redis-server', 'valkey-server'] as const;

/** The first server of a PATH, or undefined. */
export async function findRedisProgram(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    for (const name of PROGRAMS) {
      const program = join(folder, name);
      const runs = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (folder !== '' && runs) return program;
    }
  }
  return undefined;
}
