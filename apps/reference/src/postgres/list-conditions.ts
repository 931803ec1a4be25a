import type { ListQuery } from '../ports/index.ts';

/** The WHERE clause of a list and its values; both ways of paging start from it. */
export function listConditions({ equal }: ListQuery): { readonly where: string; readonly values: (string | number)[] } {
  const values: (string | number)[] = [];
  const conditions = Object.entries(equal).flatMap(([column, value]) => {
    if (value === undefined) return [];
    return `${column} = $${values.push(value)}`;
  });
  return { where: conditions.join(' AND '), values };
}
