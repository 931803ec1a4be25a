import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { UpstreamAnswer } from './ports/index.ts';
import { Problem } from './problem.ts';

const FIGURES = { requests: Type.Integer(), tokens: Type.Integer(), costUsd: Type.Number() };
const Figures = Type.Object(FIGURES);

/** What the key service must say at least, by question. */
const SCHEMAS = {
  login: Type.Object({ token: Type.String({ minLength: 1 }), expiresInS: Type.Number({ minimum: 1 }) }),
  dashboard: Type.Object({ totalKeys: Type.Integer(), activeKeys: Type.Integer(), total: Figures, today: Figures }),
  keys: Type.Object({
    keys: Type.Array(Type.Object({ id: Type.String(), isActive: Type.Boolean(), ...FIGURES })),
  }),
  trend: Type.Object({ days: Type.Integer(), points: Type.Array(Type.Object({ date: Type.String(), ...FIGURES })) }),
  keyStats: Type.Object({ total: Figures, today: Figures }),
};

/** Reads one kind of answer; throws a 502 problem for a failure and for nonsense, which must not be kept. */
export type ReadAnswer<T> = (answer: UpstreamAnswer) => T;

type Readers = { readonly [Name in keyof typeof SCHEMAS]: ReadAnswer<Static<(typeof SCHEMAS)[Name]>> };

export function createAnswerReaders(): Readers {
  const { login, dashboard, keys, trend, keyStats } = SCHEMAS;
  return {
    login: reader(login),
    dashboard: reader(dashboard),
    keys: reader(keys),
    trend: reader(trend),
    keyStats: reader(keyStats),
  };
}

function reader<Schema extends TSchema>(schema: Schema): ReadAnswer<Static<Schema>> {
  const compiled = Compile(schema);
  return ({ status, body }) => {
    if (status < 200 || status > 299) throw new Problem(502, 'the key service failed');
    const answer = parse(body);
    if (!compiled.Check(answer)) throw new Problem(502, 'the key service gave an answer that makes no sense');
    return answer;
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(502, 'the key service gave no JSON');
  }
}
