import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProofManifest } from '@millrace/load/prove';
import { MillraceError } from 'millrace/core';
import { CLI_ERRORS } from './errors.ts';

/**
 * The manifest that a module exports as `proof`.
 * @throws MILLRACE_CLI_MANIFEST_UNUSABLE, and errors with a code of their own that the module throws
 */
export async function loadManifest(file: string): Promise<ProofManifest> {
  const unusable = (reason: string, cause?: unknown): Error =>
    CLI_ERRORS.create('MILLRACE_CLI_MANIFEST_UNUSABLE', { file, reason }, cause);
  if (!existsSync(file)) throw unusable('there is no such file');
  let module: { readonly proof?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw unusable(firstLine(error), error);
  }
  if (!isManifest(module.proof)) throw unusable('it exports no `proof` with a name, arms and prepare()');
  return module.proof;
}

function isManifest(value: unknown): value is ProofManifest {
  const manifest = (value ?? {}) as Partial<ProofManifest>;
  return typeof manifest.name === 'string' && typeof manifest.prepare === 'function' && Array.isArray(manifest.arms);
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
