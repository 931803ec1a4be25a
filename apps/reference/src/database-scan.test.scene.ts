import { withClient } from './data/index.ts';

/** The tables in whose rows a text stands. */
export async function tablesWith(url: string, text: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(`SELECT FROM ${name} AS t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`, [
        text,
      ]);
      if (rowCount !== 0) found.push(name);
    }
    return found;
  });
}
