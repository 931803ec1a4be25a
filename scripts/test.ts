import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startTestServices } from './services/index.ts';
import { groupTestFiles } from './test-groups.ts';

/**
 * `npm test [-- [--long | --deep] [--node24] [--minutes N] [PATH…]]`: starts the services that tests need, once, and runs
 * `node --test` over the test files of the tree, or over those below the paths. With `--long` these are the files that
 * take up to a minute (`*.long.test.ts`), with `--deep` all, also those that take longer (`*.deep.test.ts`); with
 * `--node24` those of what is published, on Node 24. The runner's own summary stays the last thing printed.
 */

const ROOT = path.resolve(import.meta.dirname, '..');
const MINUTE_MS = 60_000;
/** The whole run, and one file of it; a test that hangs ends by the second, anything else by the first. */
const BOUNDS = {
  quick: { runMs: 10 * MINUTE_MS, fileMs: 3 * MINUTE_MS },
  long: { runMs: 30 * MINUTE_MS, fileMs: 10 * MINUTE_MS },
  deep: { runMs: 120 * MINUTE_MS, fileMs: 30 * MINUTE_MS },
};
/** What the published packages support beside the pinned Node; npm brings it where it has one for the platform. */
const NODE_24: string = path.join(ROOT, `scripts/node_modules/node-${process.platform}-${process.arch}/bin/node`);
const PUBLISHED = 'packages';
/** Compiled code of all processes of a run: hundreds start, and most load the same modules. */
const COMPILED: string = path.join(ROOT, 'node_modules/.cache/compiled-tests');
const GROUPS: string = path.join(ROOT, 'node_modules/.cache/test-groups');
const GRACE_MS = 5_000;
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function say(line: string): void {
  console.log(`npm test: ${line}`);
}

/** Stops the command with a line that says why. */
function refuse(why: string): never {
  console.error(`npm test: ${why}`);
  process.exit(2);
}

type Tier = keyof typeof BOUNDS;

interface Arguments {
  readonly tier: Tier;
  /** On Node 24, in place of the pinned one. */
  readonly node24: boolean;
  /** Bound of the whole run. */
  readonly minutes: number | undefined;
  readonly paths: readonly string[];
}

function readArguments(): Arguments {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { long: flag, deep: flag, node24: flag, minutes: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
    if (minutes !== undefined && !(minutes > 0 && minutes <= 600)) refuse('--minutes takes a number up to 600');
    if (values.long && values.deep) refuse('--deep runs what --long does; give one of them');
    const tier = values.deep ? 'deep' : values.long ? 'long' : 'quick';
    return { tier, node24: values.node24, minutes, paths: positionals };
  } catch (error) {
    const [what] = (error as Error).message.split('. ');
    return refuse(`${what}; there are --long, --deep, --node24, --minutes N and paths`);
  }
}

/** Test files below any of the paths; all of them without a path. */
function chooseFiles(tier: Tier, filters: readonly string[]): string[] {
  const exclude = ['**/node_modules/**', '**/dist/**', ...(tier === 'quick' ? ['**/*.{long,deep}.test.ts'] : [])];
  const kind = tier === 'long' ? 'long.test' : 'test';
  const files = globSync(`{packages,apps,examples,scripts,tests}/**/*.${kind}.ts`, { cwd: ROOT, exclude }).sort();
  const paths = filters.map((filter) => path.relative(ROOT, path.resolve(filter)));
  for (const wanted of paths) {
    if (!files.some((file) => isBelow(file, wanted)))
      refuse(`no test file at ${wanted}${tier === 'deep' ? '' : ' (--deep adds the long ones)'}`);
  }
  return paths.length === 0 ? files : files.filter((file) => paths.some((wanted) => isBelow(file, wanted)));
}

function isBelow(file: string, wanted: string): boolean {
  return wanted === '' || file === wanted || file.startsWith(`${wanted}/`);
}

/** One seed for every property of the run, so that a failure replays. */
function chooseSeed(): number {
  const given = process.env.MILLRACE_TEST_SEED;
  if (given === undefined || given === '') return randomInt(2 ** 31);
  if (!/^\d{1,10}$/.test(given) || Number(given) >= 2 ** 32)
    refuse(`MILLRACE_TEST_SEED=${given} is no whole number below 2^32`);
  return Number(given);
}

/** One start of the runner. */
interface Run {
  readonly node: string;
  readonly files: readonly string[];
}

/** Everything, or all that is published, when no path is given. */
function planRun({ tier, node24, paths }: Arguments): Run {
  if (!node24) return { node: process.execPath, files: chooseFiles(tier, paths) };
  if (!existsSync(NODE_24))
    refuse(`no Node 24 is installed for ${process.platform}-${process.arch}; npm ci brings it for Linux`);
  return { node: NODE_24, files: chooseFiles(tier, paths.length > 0 ? paths : [PUBLISHED]) };
}

function startRunner({ node, files }: Run, fileMs: number, env: NodeJS.ProcessEnv): ChildProcess {
  // One more than cores: many a test waits for a process or a timer.
  const concurrency = Math.min(4, availableParallelism() + 1);
  const args = ['--conditions=millrace-source', '--test', '--test-reporter=spec'];
  args.push(`--test-concurrency=${concurrency}`, `--test-timeout=${fileMs}`, ...files);
  // A process group of its own: what a test leaves behind is stopped with it.
  return spawn(node, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
}

/** Signals the runner and everything it started; harmless once they are gone. */
function signalGroup(runner: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (runner.pid !== undefined) process.kill(-runner.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

/** Exit code of the runner; 1 when a bound or a signal from outside ended it. */
async function waitForRunner(runner: ChildProcess, minutes: number): Promise<number> {
  const stop = (signal: NodeJS.Signals): void => {
    signalGroup(runner, signal);
    setTimeout(signalGroup, GRACE_MS, runner, 'SIGKILL').unref();
  };
  const bound = setTimeout(() => {
    console.error(`npm test: stopped after ${minutes} minutes, the bound of a run`);
    stop('SIGTERM');
  }, minutes * MINUTE_MS);
  for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    process.on(signal, () => {
      process.exitCode = 128 + SIGNALS[signal];
      stop(signal);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (status) => resolve(status ?? 1));
  });
  clearTimeout(bound);
  signalGroup(runner, 'SIGKILL');
  return code;
}

async function main(): Promise<void> {
  const options = readArguments();
  const { tier, paths } = options;
  const run = planRun(options);
  const bounds = BOUNDS[tier];
  const seed = chooseSeed();
  say(`${run.files.length} files, seed ${seed} (MILLRACE_TEST_SEED=${seed} replays it)`);
  // Part of the tests is run often and by hand: no package manager then.
  await using services = await startTestServices({ mayInstall: paths.length === 0, say });
  const settings = { MILLRACE_TEST_SEED: String(seed), NODE_COMPILE_CACHE: COMPILED };
  const env = { ...process.env, ...services.environment, ...settings };
  const minutes = options.minutes ?? bounds.runMs / MINUTE_MS;
  // Part of the tests, and the long ones, are few enough for a process each.
  const files = tier !== 'quick' || paths.length > 0 ? run.files : groupTestFiles(ROOT, run.files, GROUPS);
  const code = await waitForRunner(startRunner({ ...run, files }, bounds.fileMs, env), minutes);
  process.exitCode ??= code === 0 ? undefined : code;
}

await main();
