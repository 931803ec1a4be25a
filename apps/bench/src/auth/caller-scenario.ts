import { defineScenario, type Scenario } from '@millrace/load';
import { type TokenSet, tokenOf } from './token-set.ts';

/** Requests with tokens; `withFresh`: one of a hundred has a new one. */
export function callers({ known, fresh }: TokenSet, withFresh: boolean): Scenario {
  const tokens = [...known, ...fresh];
  return defineScenario<unknown>({
    name: 'callers',
    users: tokens.length,
    createUser: (at) => ({ authorization: `Bearer ${tokens[at]}` }),
    pickUser: (_, request) => (withFresh ? tokenOf(request, known.length, fresh.length) : request % known.length),
    steps: [
      {
        ...{ name: 'get', weight: 1 },
        build: (user) => ({ method: 'GET', path: '/', headers: user as Readonly<Record<string, string>> }),
      },
    ],
  });
}
