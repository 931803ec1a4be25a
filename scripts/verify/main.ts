import { styleText } from 'node:util';
import { CHECKS, type Check } from './checks.ts';
import { type Ending, startCommand } from './command.ts';
import { ROOT } from './tree.ts';

/** How one check ended. */
interface Outcome extends Ending {
  readonly check: Check;
  readonly elapsedMs: number;
}

const SLOTS = 2;
const TIMEOUT_MS = 120_000;

/** Runs `npm run verify:<name>` without npm's start-up time: `node --run` reads the same script. */
async function runCheck(check: Check): Promise<Outcome> {
  const startedAt = performance.now();
  const ending = await startCommand(process.execPath, ['--run', `verify:${check.name}`], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '--conditions=millrace-source' },
    timeoutMs: TIMEOUT_MS,
  });
  return { check, ...ending, elapsedMs: performance.now() - startedAt };
}

function printLine({ check, passed, elapsedMs }: Outcome): void {
  const mark = passed ? styleText('green', 'ok    ') : styleText('red', 'FAILED');
  console.log(`${mark} ${check.name.padEnd(12)} ${(elapsedMs / 1000).toFixed(1).padStart(5)} s  ${check.holds}`);
}

/** Runs the checks two at a time, in the table's order; a check waits for those it names in `after`. */
async function runAll(checks: readonly Check[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const running = new Map<string, Promise<void>>();
  const ended = new Set<string>();
  const waiting = [...checks];
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((check) => (check.after ?? []).every((name) => ended.has(name)));
    if (running.size >= SLOTS || next < 0) {
      await Promise.race(running.values());
      continue;
    }
    const [check] = waiting.splice(next, 1) as [Check];
    const run = runCheck(check).then((outcome) => {
      printLine(outcome);
      outcomes.push(outcome);
      ended.add(check.name);
      running.delete(check.name);
    });
    running.set(check.name, run);
  }
  return outcomes;
}

/** The named checks, or all of them. `after` is dropped for checks that are not part of the run. */
function chooseChecks(names: readonly string[]): Check[] {
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) {
    console.error(`no such check: ${unknown.join(', ')}; there are ${CHECKS.map((check) => check.name).join(', ')}`);
    process.exit(2);
  }
  const chosen = names.length === 0 ? CHECKS : CHECKS.filter((check) => names.includes(check.name));
  const has = (name: string): boolean => chosen.some((check) => check.name === name);
  return chosen.map((check) => ({ ...check, after: (check.after ?? []).filter(has) }));
}

const startedAt = performance.now();
const outcomes = await runAll(chooseChecks(process.argv.slice(2)));
const failed = outcomes.filter((outcome) => !outcome.passed);
for (const { check, output } of failed) {
  console.log(`\n${styleText('bold', `verify:${check.name}`)}\n${output.trimEnd()}`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
const verdict = failed.length === 0 ? 'all passed' : `failed: ${failed.map(({ check }) => check.name).join(', ')}`;
console.log(`\nverify: ${outcomes.length} checks in ${seconds} s, ${verdict}`);
process.exitCode = failed.length === 0 ? 0 : 1;
