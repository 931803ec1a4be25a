import { createRequire } from 'node:module';
import { maskSecrets } from '@millrace/load';
import { MillraceError } from 'millrace/core';
import { readCompareRequest, runCompare } from './compare-command.ts';
import { usage } from './errors.ts';
import { EXIT, exitCodeOf, isSystemError } from './exit-code.ts';
import { runFindMax } from './find-max-command.ts';
import { readFindMaxRequest } from './find-max-request.ts';
import { helpCommand, helpOf, LOAD_START } from './help.ts';
import type { Interrupts } from './interrupts.ts';
import { runLoadCommand } from './load-command.ts';
import { readLoadRequest } from './load-request.ts';
import { runProve } from './prove-command.ts';
import { readProveRequest } from './prove-request.ts';
import { readReportRequest, runReport } from './report-command.ts';
import { isAddress } from './request-flags.ts';
import { readSelfTestRequest, runSelfTestCommand } from './selftest-command.ts';
import { runServe } from './serve-command.ts';

/** Runs one command line and gives its exit code. Never throws: an error becomes one line. */
export async function runCommand(args: readonly string[], interrupts: Interrupts): Promise<number> {
  try {
    return await dispatch(args, interrupts);
  } catch (error) {
    const debug = args.includes('--debug');
    const said = debug && error instanceof Error ? (error.stack ?? error.message) : describeError(error, args);
    process.stderr.write(`millrace: ${maskSecrets(said)}\n`);
    return interrupts.stop.aborted ? EXIT.interrupted : exitCodeOf(error);
  }
}

async function dispatch(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const [command] = args;
  if (args.includes('--help') || args.includes('-h')) return say(helpOf(args));
  if (command === '--version') return say(`${version()}\n`);
  if (command === 'prove') {
    const request = readProveRequest(args.slice(1), process.env);
    return 'arm' in request ? runServe(request, interrupts) : runProve(request, interrupts);
  }
  if (command === 'load') {
    interrupts.kill.addEventListener('abort', () => process.exit(EXIT.interrupted), { once: true });
    return dispatchLoad(args.slice(1), interrupts);
  }
  if (command === undefined) throw usage('no command given, there are load and prove');
  throw usage(command.startsWith('-') ? `unknown flag ${command}` : `unknown command ${command}`);
}

type Subcommand = (args: readonly string[], interrupts: Interrupts) => Promise<number>;

const LOAD_COMMANDS: Readonly<Record<'run', Subcommand> & Record<string, Subcommand>> = {
  run: (args, interrupts) => runLoadCommand(readLoadRequest(args, process.env), interrupts),
  compare: (args) => runCompare(readCompareRequest(args, process.env)),
  report: (args) => runReport(readReportRequest(args, process.env)),
  'find-max': (args, interrupts) => runFindMax(readFindMaxRequest(args, process.env), interrupts),
  selftest: (args, interrupts) => runSelfTestCommand(readSelfTestRequest(args, process.env), interrupts),
};

/** Without a subcommand, an address and flags are those of `run`. */
async function dispatchLoad(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stderr.write(LOAD_START);
    return EXIT.usage;
  }
  if (name.startsWith('-') || isAddress(name)) return LOAD_COMMANDS.run(args, interrupts);
  const command = Object.hasOwn(LOAD_COMMANDS, name) ? LOAD_COMMANDS[name] : undefined;
  if (command !== undefined) return command(rest, interrupts);
  if (/\.[cm]?[jt]s$/.test(name)) throw usage(`a scenario file stands after run: millrace load run ${name}`);
  if (/^[\w.-]+:\d+(?:\/|$)/.test(name)) throw usage(`an address begins with http://, such as http://${name}`);
  throw usage(`load has no ${name}, it has: ${Object.keys(LOAD_COMMANDS).join(', ')}`);
}

/** What the flags of the command are called, where the library speaks of its options. */
const MENDS: Readonly<Record<string, string>> = {
  MILLRACE_LOAD_TARGET_REFUSED:
    'load is sent to loopback and private addresses only; add --i-own-this when a public target is your own',
  MILLRACE_LOAD_TARGET_UNREACHABLE: 'start the service, or correct its host and port',
  MILLRACE_LOAD_TLS_FAILED:
    'trust its certificate with --cacert FILE, take any with --insecure, or write http:// if it speaks no TLS',
};

/** One line: what went wrong, how to mend it, the code. */
function describeError(error: unknown, args: readonly string[]): string {
  if (error instanceof MillraceError) {
    const mend = error.code === 'MILLRACE_CLI_USAGE' ? `see ${helpCommand(args)}` : (MENDS[error.code] ?? error.mend);
    return oneLine(`${error.message}; ${mend} (${error.code})`);
  }
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
