import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Wall time of the whole command, as a newcomer waits for it. One run: it takes over a minute. */
export async function measureStart(): Promise<Measurement> {
  const goal = 'reference.start.quick';
  const began = performance.now();
  const child = spawn('npm', ['start', '--', '--quick', '--once'], { cwd: ROOT, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) return { goal, value: null, spread: null, skipped: `npm start ended with exit code ${code}` };
  return { goal, value: (performance.now() - began) / 1_000, spread: null };
}
