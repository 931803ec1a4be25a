import { resolve } from 'node:path';
import { prove } from '@millrace/load/prove';
import {
  canOverwrite,
  createProgressDisplay,
  renderHtmlReport,
  renderTerminalTable,
  type Texts,
} from '@millrace/load/report';
import { CLI_ERRORS } from './errors.ts';
import { exitCodeOfProof } from './exit-code.ts';
import { readFlags, readNumber } from './flags.ts';
import { announceStop, type Interrupts } from './interrupts.ts';
import { readTexts } from './language.ts';
import { loadManifest } from './manifest-file.ts';
import { prepareOutput, writeOutput } from './output-file.ts';

/** What `millrace prove` was asked to do. */
export interface ProveRequest {
  readonly manifest: string;
  readonly quick: boolean;
  readonly capacity: boolean;
  readonly seed: number;
  readonly json: string;
  readonly html: string;
  readonly texts: Texts;
}

/** Reads the arguments after `prove`. @throws MILLRACE_CLI_* */
export function readProveRequest(args: readonly string[], env: NodeJS.ProcessEnv): ProveRequest {
  const { values, positionals } = readFlags(args, {
    quick: { type: 'boolean', default: false },
    capacity: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    json: { type: 'string', default: 'results/proof.json' },
    html: { type: 'string', default: 'results/proof.html' },
    seed: { type: 'string', default: '1' },
    lang: { type: 'string' },
    debug: { type: 'boolean', default: false },
  });
  const [manifest, ...rest] = positionals;
  if (manifest === undefined) throw usage('prove needs a manifest');
  if (rest.length > 0) throw usage(`prove takes one manifest, ${rest[0]} is a second`);
  if (resolve(String(values.json)) === resolve(String(values.html)))
    throw usage(`--json and --html name the same file, ${values.json}`);
  const seed = readNumber('--seed', String(values.seed), { min: 0, max: 2 ** 32 - 1, whole: true });
  const texts = readTexts(values.lang as string | undefined, env);
  const [quick, capacity] = [values.quick === true, values.capacity === true];
  return { manifest, quick, capacity, seed, json: String(values.json), html: String(values.html), texts };
}

/** Runs the proof, prints the table, writes both files, and says how the command ends. */
export async function runProve(request: ProveRequest, interrupts: Interrupts): Promise<number> {
  const manifest = await loadManifest(request.manifest);
  await Promise.all([prepareOutput(request.json), prepareOutput(request.html)]);
  const { quick, capacity, seed, texts } = request;
  const { stderr } = process;
  const display = createProgressDisplay({ stream: stderr, live: canOverwrite(stderr, process.env), texts });
  const { stop, kill } = interrupts;
  using _ = announceStop(stop, texts.words.stopping);
  const result = await prove(manifest, {
    tier: quick ? 'quick' : 'main',
    capacity,
    seed,
    signal: stop,
    killSignal: kill,
    onEvent: display.listen,
  }).finally(() => display.close());
  process.stdout.write(renderTerminalTable(result, { texts, columns: process.stdout.columns }));
  // Each file is written whatever becomes of the other: a run of minutes is not to be lost by one bad path.
  const written = await Promise.allSettled([
    writeOutput(request.json, `${JSON.stringify(result)}\n`),
    writeOutput(request.html, renderHtmlReport(result, { texts })),
  ]);
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  process.stdout.write(`\n${request.html}\n${request.json}\n`);
  return exitCodeOfProof(result);
}

function usage(reason: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason });
}
