/** A place in a list: the last row seen, and how many rows stand before the next one. Keyset paging needs the first, OFFSET the second. */
export interface Position {
  readonly afterId: number;
  readonly offset: number;
}

export interface PageRequest {
  readonly limit: number;
  /** Undefined for the first page. */
  readonly position: Position | undefined;
}

/** Part of a list, newest first. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** Rows of one user, or of one thing that is the user's. The names come from the code alone, never from a request. */
export interface ListQuery {
  readonly table: 'strategies' | 'signals' | 'api_keys' | 'projects' | 'file_versions' | 'agent_activities';
  readonly columns: string;
  /** Columns that must equal a value; undefined ones do not count. */
  readonly equal: Readonly<Record<string, string | number | undefined>>;
}

/** Reads a page of a table in descending order of `id`. */
export interface Listing {
  slice<Row extends { readonly id: number }>(query: ListQuery, page: PageRequest): Promise<Slice<Row>>;
}
