import type { Gather } from '../ports/index.ts';

/** All at once: what takes longest is what is waited for. */
export const sideBySide: Gather = async <Results extends readonly unknown[]>(
  tasks: {
    readonly [Index in keyof Results]: () => Promise<Results[Index]>;
  },
) => (await Promise.all(tasks.map((task) => task()))) as unknown as Results;
