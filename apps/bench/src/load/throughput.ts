import { createRequire } from 'node:module';
import type { Measurement } from '../measurement.ts';
import { measureBeside, type PaidRun } from './beside.ts';
import { createCertificate } from './certificate.ts';
import { startChild } from './child.ts';
import { heyVersion, runHey } from './hey.ts';
import { runWrk, wrkVersion } from './wrk.ts';

const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const BARE_RUN = new URL('./bare-run.ts', import.meta.url);
const CLOSED_RUN = new URL('./closed-run.ts', import.meta.url);
const AUTOCANNON_RUN = new URL('./autocannon-run.ts', import.meta.url);
const AUTOCANNON = createRequire(import.meta.url)('autocannon/package.json') as { readonly version: string };

/** Keep-alive GET beside wrk, against the same server. */
export async function measureThroughput(rounds: number, seconds: number): Promise<Measurement> {
  const goal = 'load.http.cpu';
  const wrk = await wrkVersion();
  if ('failed' in wrk) return { goal, value: null, spread: null, skipped: wrk.failed };
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const peer = { name: 'wrk', version: wrk.version, run: () => runWrk(url, seconds) };
  return await measureBeside(goal, rounds, () => runFile(CLOSED_RUN, url, seconds), peer);
}

/** Keep-alive GET beside hey, against the same server. */
export async function measureBesideHey(rounds: number, seconds: number): Promise<Measurement> {
  const goal = 'load.http.hey';
  const hey = await heyVersion();
  if ('failed' in hey) return { goal, value: null, spread: null, skipped: hey.failed };
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const peer = { name: 'hey', version: hey.version, run: () => runHey(url, seconds) };
  return await measureBeside(goal, rounds, () => runFile(CLOSED_RUN, url, seconds), peer);
}

/** Keep-alive GET beside wrk over TLS. */
export async function measureTls(rounds: number, seconds: number): Promise<Measurement> {
  const goal = 'load.tls.cpu';
  const wrk = await wrkVersion();
  if ('failed' in wrk) return { goal, value: null, spread: null, skipped: wrk.failed };
  await using certificate = await createCertificate();
  if (certificate.failed !== undefined) return { goal, value: null, spread: null, skipped: certificate.failed };
  const { certFile, keyFile } = certificate;
  await using server = await startChild<{ port: number }>(FIXED_SERVER, [certFile, keyFile]);
  const url = `https://127.0.0.1:${server.ready.port}`;
  const peer = { name: 'wrk', version: wrk.version, run: () => runWrk(url, seconds) };
  return await measureBeside(goal, rounds, () => runFile(CLOSED_RUN, url, seconds, [certFile]), peer);
}

/** The same beside a client of Node's TLS sockets that parses nothing. */
export async function measureBareTls(rounds: number, seconds: number): Promise<Measurement> {
  const goal = 'load.tls.bare';
  await using certificate = await createCertificate();
  if (certificate.failed !== undefined) return { goal, value: null, spread: null, skipped: certificate.failed };
  const { certFile, keyFile } = certificate;
  await using server = await startChild<{ port: number }>(FIXED_SERVER, [certFile, keyFile]);
  const url = `https://127.0.0.1:${server.ready.port}`;
  const run = (file: URL): Promise<PaidRun> => runFile(file, url, seconds, [certFile]);
  const peer = { name: 'node:tls', version: process.version, run: () => run(BARE_RUN) };
  return await measureBeside(goal, rounds, () => run(CLOSED_RUN), peer);
}

/** Keep-alive GET beside autocannon. `seconds` are many, for its first ones cost it more than the rest. */
export async function measureBesideAutocannon(rounds: number, seconds: number): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  return await measureBeside('load.http.autocannon', rounds, () => runFile(CLOSED_RUN, url, seconds), {
    ...{ name: 'autocannon', version: AUTOCANNON.version },
    run: () => runFile(AUTOCANNON_RUN, url, seconds),
  });
}

async function runFile(file: URL, url: string, seconds: number, more: readonly string[] = []): Promise<PaidRun> {
  await using child = await startChild<PaidRun>(file, [url, String(seconds * 1_000), ...more]);
  return child.ready;
}
