import type { Connections, Loan } from '../connections.ts';
import type { Counters } from '../counters.ts';

/** Texts are made from a few parts, so they are few; beyond this number they are sent as text each time. */
const MAX_STATEMENTS = 500;
/** What can have a name, and is asked again and again. */
const PREPARABLE = /^\s*(SELECT|INSERT|UPDATE|WITH)\b/;

/** Has each connection parse a statement once; from then on it is sent by its name. */
export function prepareStatements(connections: Connections, counters: Counters): Connections {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size === MAX_STATEMENTS || !PREPARABLE.test(text)) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    counters.add('preparedStatements');
    return name;
  };
  return {
    async lend() {
      const loan = await connections.lend();
      const query = (text: string, values: unknown[] = []): unknown => {
        const name = values.length > 0 ? nameOf(text) : undefined;
        return name === undefined ? loan.query(text, values) : loan.query({ name, text, values });
      };
      return {
        query: query as Loan['query'],
        on: loan.on.bind(loan),
        off: loan.off.bind(loan),
        release: (broken) => loan.release(broken),
      };
    },
    close: () => connections.close(),
  };
}
