import { hash } from 'node:crypto';
import type { Connections, Loan } from '../connections.ts';
import type { Counters } from '../counters.ts';

/** Beyond this number of texts they are sent as text each time: each connection holds what it has parsed. */
const MAX_STATEMENTS = 500;
/** What can have a name. A text that begins with a comment, one of hundreds like it, has none. */
const PREPARABLE = /^\s*(SELECT|INSERT|UPDATE|WITH)\b/;
/** The connection does not know the name, knows it already, or its plan no longer fits the tables. */
const OUT_OF_STEP = new Set(['26000', '42P05', '0A000']);

/**
 * Has each connection parse a statement once; from then on it is sent by its name. The name is made from the text, so it
 * means the same whichever process shares the connection. A pooler that lends a connection for each transaction and does
 * not track prepared statements loses them: behind one set `db.parse-per-query`.
 */
export function prepareStatements(connections: Connections, counters: Counters): Connections {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size === MAX_STATEMENTS || !PREPARABLE.test(text)) return known;
    const name = hash('sha256', text, 'base64url');
    names.set(text, name);
    counters.add('preparedStatements');
    return name;
  };
  return {
    lend: async () => toLoan(await connections.lend(), nameOf),
    close: () => connections.close(),
  };
}

function toLoan(loan: Loan, nameOf: (text: string) => string | undefined): Loan {
  let outOfStep: Error | undefined;
  const query = async (text: string, values: unknown[] = []): Promise<unknown> => {
    const name = values.length > 0 ? nameOf(text) : undefined;
    if (name === undefined) return loan.query(text, values);
    try {
      return await loan.query({ name, text, values });
    } catch (error) {
      if (OUT_OF_STEP.has((error as { code?: string }).code ?? '')) outOfStep = error as Error;
      throw error;
    }
  };
  return {
    query: query as Loan['query'],
    on: loan.on.bind(loan),
    off: loan.off.bind(loan),
    release: (broken) => loan.release(broken ?? outOfStep),
  };
}
