/** Does several things that do not depend on each other, and gives their results in the order given. Rejects when one does. */
export type Gather = <Results extends readonly unknown[]>(
  tasks: {
    readonly [Index in keyof Results]: () => Promise<Results[Index]>;
  },
) => Promise<Results>;
