import type { Gather } from '../ports/index.ts';

/** Each waits for the one before it, as `await` after `await` does. */
export const oneByOne: Gather = async <Results extends readonly unknown[]>(
  tasks: {
    readonly [Index in keyof Results]: () => Promise<Results[Index]>;
  },
) => {
  const results: unknown[] = [];
  for (const task of tasks) results.push(await task());
  return results as unknown as Results;
};
