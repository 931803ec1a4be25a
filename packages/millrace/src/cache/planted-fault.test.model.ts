import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createCache } from './index.ts';

/** One planted fault: `from`, which stands in the file exactly once, becomes `to`. */
export interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A copy of the cache with a fault in it. */
export interface PlantedCache extends AsyncDisposable {
  /** The door of the copy. */
  readonly url: string;
  load(): Promise<typeof createCache>;
}

/** The cache as it is, but for the fault, in a folder of its own that goes with it. */
export async function plantFault(mutant: Mutant): Promise<PlantedCache> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-mutant-'));
  const source = path.dirname(import.meta.dirname);
  await cp(import.meta.dirname, path.join(folder, 'cache'), { recursive: true });
  for (const layer of ['core', 'signals', 'redis']) await symlink(path.join(source, layer), path.join(folder, layer));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  const file = path.join(folder, 'cache', mutant.file);
  const parts = (await readFile(file, 'utf8')).split(mutant.from);
  assert.equal(parts.length, 2, `${mutant.file} holds the line to change exactly once`);
  await writeFile(file, parts.join(mutant.to));
  const { href: url } = pathToFileURL(path.join(folder, 'cache', 'index.ts'));
  return {
    url,
    load: async () => ((await import(url)) as { createCache: typeof createCache }).createCache,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
