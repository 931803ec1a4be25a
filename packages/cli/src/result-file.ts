import { readFile } from 'node:fs/promises';
import type { LoadResult } from '@millrace/load';
import type { ProofResult } from '@millrace/load/prove';
import { CLI_ERRORS } from './errors.ts';

/** A result as it was written to JSON, by the name of its file. */
export type ResultFile =
  | { readonly kind: 'load'; readonly name: string; readonly result: LoadResult }
  | { readonly kind: 'proof'; readonly name: string; readonly result: ProofResult };

const LOAD: LoadResult['schema'] = 'millrace-load-result/2';
const PROOF: ProofResult['schema'] = 'millrace-proof-result/2';

const LOAD_PARTS: readonly (keyof LoadResult)[] = ['arrivals', 'total', 'seconds', 'validity'];
const PROOF_PARTS: readonly (keyof ProofResult)[] = ['arms', 'rounds', 'validity'];

/**
 * The result of a run or of a proof.
 * @throws MILLRACE_CLI_RESULT_UNREADABLE
 */
export async function readResultFile(name: string): Promise<ResultFile> {
  const unreadable = (reason: string, cause?: unknown): Error =>
    CLI_ERRORS.create('MILLRACE_CLI_RESULT_UNREADABLE', { file: name, reason }, cause);
  let result: Partial<LoadResult | ProofResult> | null;
  try {
    result = JSON.parse(await readFile(name, 'utf8')) as typeof result;
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
  const schema = result?.schema;
  if (schema !== LOAD && schema !== PROOF) throw unreadable(`its schema is ${String(schema)}, not ${LOAD} or ${PROOF}`);
  const parts: readonly string[] = schema === LOAD ? LOAD_PARTS : PROOF_PARTS;
  const missing = parts.find((part) => {
    const found = (result as Record<string, unknown>)[part];
    return typeof found !== 'object' || found === null;
  });
  if (missing !== undefined) throw unreadable(`it has no ${missing}`);
  return schema === LOAD
    ? { kind: 'load', name, result: result as LoadResult }
    : { kind: 'proof', name, result: result as ProofResult };
}
