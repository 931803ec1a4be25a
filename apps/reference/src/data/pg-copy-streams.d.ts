declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** Takes COPY data; `finish` comes once the server has taken the rows. */
  export function from(sql: string): Writable & Submittable & { readonly rowCount: number };
}
