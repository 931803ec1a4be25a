import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * What is left of a trial whose services worked below `folder`: processes (but zombies) that name it in their arguments or
 * environment or work in it, sockets that listen in it, and what lies in it. Linux only.
 */
export async function leftovers(folder: string): Promise<string[]> {
  const [processes, sockets, files] = await Promise.all([
    processesOf(folder),
    socketsBelow(folder),
    readdir(folder).catch(() => []),
  ]);
  return [...processes, ...sockets, ...files.map((file) => `file ${file}`)];
}

async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [state = '', ...traces] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
      ]);
      const alive = state !== '' && !/\) [ZX] /.test(state);
      return alive && traces.some((trace) => trace.includes(folder)) ? `process ${pid} ${state.split(' ')[1]}` : [];
    }),
  );
  return found.flat();
}

async function socketsBelow(folder: string): Promise<string[]> {
  const sockets = await readFile('/proc/net/unix', 'utf8');
  return sockets
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => `socket ${line.split(' ').at(-1)}`);
}
