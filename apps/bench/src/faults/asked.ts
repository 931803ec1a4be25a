/** What stands behind a route: what must be there for its answer when no cache holds one. */
export type Needs = 'database' | 'upstream' | 'nothing';

/** One request of a drill, from its making to its answer. Times are those of `performance.now()`. */
export interface Asked {
  readonly kind: string;
  readonly needs: Needs;
  readonly path: string;
  readonly askedAt: number;
  answer?: { readonly at: number; readonly status: number };
  /** Why the answer is not what it must be. A failure that says so (5xx) is not wrong. */
  wrong?: string;
}

/** Any answer counts but a 5xx, which says that it is none; whether it is right is another question. */
export function isFailure({ answer }: Asked): boolean {
  return answer === undefined || answer.status >= 500;
}
