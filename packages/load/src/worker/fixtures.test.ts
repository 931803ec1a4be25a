import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadResult } from '../result/index.ts';
import type { ScenarioSource } from './scenario-source.ts';

/** A service that answers `ok` at once and notes the paths that were asked for. */
export interface SmallService extends AsyncDisposable {
  readonly url: string;
  readonly paths: string[];
}

export async function startSmallService(): Promise<SmallService> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const PLAIN: ScenarioSource = {
  kind: 'requests',
  name: 'plain',
  requests: [{ name: 'read', request: { method: 'GET', path: '/' } }],
};

/** A scenario in a file of its own, and its folder. */
export interface ScenarioFile extends Disposable {
  readonly source: ScenarioSource;
  readonly folder: string;
}

/** @param code of the module; `id` of each user is its number */
export function writeScenario(code: string): ScenarioFile {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-worker-'));
  const file = join(folder, 'scenario.mjs');
  writeFileSync(file, code);
  return {
    source: { kind: 'module', href: pathToFileURL(file).href },
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A scenario of eight users whose `build` runs `code`, with `id` for the user's number. */
export function numberedScenario(code: string): string {
  return `
    import { threadId } from 'node:worker_threads';
    export default {
      name: 'numbered', users: 8, createUser: (id) => ({ id }), pickUser: (_, arrival) => arrival % 8,
      steps: [{ name: 'read', weight: 1, build: ({ id }) => { ${code}; return { method: 'GET', path: '/' + id }; } }],
    };`;
}

/** Ends, of all arrivals and of each second. */
export function sumsOf({ total, seconds }: LoadResult): { all: number; inSeconds: number } {
  const errors = Object.values(total.errors).reduce((sum, count) => sum + count, 0);
  const inSeconds = seconds.reduce((sum, one) => sum + one.ok + one.errors + one.interrupted, 0);
  return { all: total.ok + errors + total.interrupted, inSeconds };
}
