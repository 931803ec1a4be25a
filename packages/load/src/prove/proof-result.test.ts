import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { readCommit } from './commit.ts';
import { instantRunner, resultOf, stepOf, testManifest } from './proof-doubles.test.ts';
import type { ProofResult } from './proof-result.ts';
import { prove } from './prove.ts';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

const SCHEMA_FILE = new URL('../../schemas/proof-result.schema.json', import.meta.url);
const ROOT = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Schema & { readonly $defs: Record<string, Schema> };

/** Faults of a JSON value against the keywords that the schema uses. */
function faults(schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref !== undefined)
    return faults(ROOT.$defs[schema.$ref.replace('#/$defs/', '')] ?? { const: 'no such definition' }, value, path);
  if (schema.anyOf !== undefined)
    return schema.anyOf.some((one) => faults(one, value, path).length === 0) ? [] : [`${path} fits no alternative`];
  if ('const' in schema && value !== schema.const) return [`${path} is not ${String(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path} is ${String(value)}`];
  if (schema.type !== undefined && !hasType(schema.type, value)) return [`${path} is no ${schema.type}`];
  if (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)))
    return [`${path} is ${value}`];
  if (Array.isArray(value)) return value.flatMap((item, i) => faults(schema.items ?? {}, item, `${path}[${i}]`));
  return typeof value === 'object' && value !== null ? memberFaults(schema, value, path) : [];
}

function memberFaults(schema: Schema, value: object, path: string): string[] {
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, item]) => {
    const known = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    if (known === false) return [`${path}.${key} is unknown`];
    return faults(known === true ? {} : known, item, `${path}.${key}`);
  });
  return [...missing, ...wrong];
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** The result as somebody reads it from the file. */
function written(result: ProofResult): ProofResult {
  return JSON.parse(JSON.stringify(result)) as ProofResult;
}

const OPTIONS = { tier: 'quick', run: instantRunner } as const;
const differing = { digests: [{ name: 'named', method: 'GET', path: '/named' }] as const };

test('[PROVE-30] complete, differing, interrupted and empty results are what the schema says', async () => {
  const results = [
    await prove(testManifest(), OPTIONS),
    await prove(testManifest(differing), OPTIONS),
    await prove(testManifest(), { ...OPTIONS, signal: AbortSignal.abort() }),
    await prove(testManifest(), { ...OPTIONS, run: async () => resultOf(stepOf([])) }),
  ];
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['complete', 'digests-differ', 'interrupted', 'complete'],
  );
  for (const result of results) assert.deepEqual(faults(ROOT, written(result), '$'), []);
});

test('[PROVE-30] the schema refuses what the result may not be', async () => {
  const result = written(await prove(testManifest(), OPTIONS));
  const row = result.rows[0];
  assert.ok(row);
  const [arm] = row.arms;
  const nan = JSON.parse(JSON.stringify({ ...row, arms: [{ ...arm, requests: Number.NaN }] })) as typeof row;
  const planted: Partial<ProofResult>[] = [
    { rows: [nan] },
    { seed: -1 },
    { outcome: 'good' as never },
    { facts: { database: 18 as never } },
    { more: 1 } as never,
  ];
  for (const plant of planted)
    assert.equal(faults(ROOT, { ...result, ...plant }, '$').length, 1, JSON.stringify(plant).slice(0, 80));
});

test('[PROVE-30] the head names commit, machine, seed, facts and the wall-clock start', async () => {
  const clock = createFakeClock({ wallMs: Date.UTC(2026, 10, 20) });
  const result = await prove(testManifest(), { ...OPTIONS, seed: 7, clock });
  assert.equal(result.startedAt, '2026-11-20T00:00:00.000Z');
  assert.deepEqual([result.seed, result.facts], [7, { database: 'none' }]);
  assert.match(result.machine.node, /^v\d+/);
  assert.ok(result.machine.cores >= 1 && result.machine.memoryGb >= 0);
});

test('[PROVE-30] outside a checkout there is no commit', async () => {
  assert.deepEqual(await readCommit('/'), { commit: null, dirty: false });
});
