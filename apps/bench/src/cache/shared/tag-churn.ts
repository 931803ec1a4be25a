import { startChild } from '../../load/child.ts';
import type { Measurement } from '../../measurement.ts';

/** What a million tags leave behind, in Redis and in the process. */
export async function measureTagChurn(): Promise<Measurement[]> {
  const run = new URL('./tag-churn-run.ts', import.meta.url);
  const nodeArgs = ['--conditions=millrace-source', '--expose-gc'];
  await using child = await startChild<{ readonly memory: number; readonly heap: number }>(run, [], { nodeArgs });
  const { memory, heap } = child.ready;
  return [
    { goal: 'cache.shared.tags.memory', value: memory, spread: null },
    { goal: 'cache.shared.tags.heap', value: heap, spread: null },
  ];
}
