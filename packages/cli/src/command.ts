import { createRequire } from 'node:module';
import { MillraceError } from 'millrace/core';
import { readCompareRequest, runCompare } from './compare-command.ts';
import { CLI_ERRORS } from './errors.ts';
import { EXIT, exitCodeOf, isSystemError } from './exit-code.ts';
import { helpOf } from './help.ts';
import type { Interrupts } from './interrupts.ts';
import { readLoadRequest, runLoadCommand } from './load-command.ts';
import { runProve } from './prove-command.ts';
import { readProveRequest } from './prove-request.ts';

/** Runs one command line and gives its exit code. Never throws: an error becomes one line. */
export async function runCommand(args: readonly string[], interrupts: Interrupts): Promise<number> {
  try {
    return await dispatch(args, interrupts);
  } catch (error) {
    const debug = args.includes('--debug');
    process.stderr.write(`millrace: ${debug && error instanceof Error ? error.stack : describeError(error)}\n`);
    return interrupts.stop.aborted ? EXIT.interrupted : exitCodeOf(error);
  }
}

async function dispatch(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const [command, subcommand] = args;
  if (args.includes('--help') || args.includes('-h')) return say(helpOf(command));
  if (command === '--version') return say(`${version()}\n`);
  if (command === 'prove') return runProve(readProveRequest(args.slice(1), process.env), interrupts);
  if (command === 'load' && subcommand === 'run')
    return runLoadCommand(readLoadRequest(args.slice(2), process.env), interrupts);
  if (command === 'load' && subcommand === 'compare') return runCompare(readCompareRequest(args.slice(2), process.env));
  if (command === 'load' && subcommand === undefined) {
    process.stderr.write(helpOf(command));
    return EXIT.usage;
  }
  if (command === undefined) throw usage('no command given');
  if (command === 'load') throw usage(`load has no ${subcommand}, it has: run, compare`);
  throw usage(command.startsWith('-') ? `unknown flag ${command}` : `unknown command ${command}`);
}

/** One line: what went wrong, how to mend it, the code. */
function describeError(error: unknown): string {
  if (error instanceof MillraceError) return oneLine(`${error.message}; ${error.mend} (${error.code})`);
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (isSystemError(error)) return message.includes(String(error.code)) ? message : `${message} (${error.code})`;
  return `unexpected: ${message} (--debug shows where)`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' | ');
}

function say(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function version(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return version;
}

function usage(reason: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason });
}
