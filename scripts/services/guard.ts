/**
 * A service that cannot outlive its parent.
 *
 * Two shells, each in a session of its own, so that a Ctrl-C in the terminal reaches neither:
 *
 *   runner   waits for one line on its standard input (the program to run), sets the service up and becomes it (`exec`).
 *   guard    knows the runner's process group and the folder from its arguments, makes the folder, and waits for the end
 *            of its standard input. Then it stops the group, waits until it is gone and removes the folder.
 *
 * Only the parent holds the other ends of the two pipes, so the kernel closes them however the parent ends: a return from
 * `main`, an uncaught error, Ctrl-C, SIGKILL. `close()` takes the same way on purpose: it closes the guard's pipe and waits.
 *
 * The order leaves no gap. The runner is started first and does nothing until it is told to; the guard is started second
 * with the runner already in its arguments; the folder is made by the guard, so it never exists without one. A parent that
 * dies in between leaves a runner that reads the end of its input and exits.
 *
 * Setting up is never interrupted: a half-run `initdb` that is killed leaks shared memory. The file `setup` in the folder
 * decides: the runner renames it to `serving` before it becomes the service, the guard renames it to `cancelled` when the
 * parent has gone; a rename succeeds once. Whoever loses gives way, so a signal is only sent to a service that handles it.
 * A service that ends while its parent lives is reported to the guard: its number may be somebody else's by then. One that
 * is started again gets a runner of its own, which does nothing until the guard has said that it knows the new group.
 * The leader of the group ends last, and a zombie counts as ended: process 1 of a container may never collect it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { withTimeout } from 'millrace/core';
import { SERVICE_ERRORS } from './errors.ts';
import { oneLine, reasonOf } from './reason.ts';
import { dataFolderBase, diskFolderBase } from './run-folder.ts';
import { type RunUser, runAs } from './run-user.ts';

const SHELL_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 20_000;
const STOP_PATIENCE_MS = 8_000;
const GUARD_POLL_MS = 20;

const GUARD_SCRIPT = `
folder=$1 spare=$2 group=$3 owner=$4 signal=$5 patience=$6
running() {
  state=$(sed 's/.*) //' "/proc/$group/stat" 2>/dev/null || ps -o stat= -p "$group" 2>/dev/null)
  case $state in '' | Z* | X*) return 1 ;; esac
}
trap '' INT HUP TERM QUIT PIPE
umask 077
mkdir "$folder" || exit 3
: >"$folder/setup"
[ -z "$owner" ] || chown "$owner" "$folder" || { rm -rf "$folder"; exit 3; }
echo ready
ended=
while read -r word; do
  case $word in ended) ended=yes ;; *) group=$word ended= && echo ready ;; esac
done
mv "$folder/setup" "$folder/cancelled" 2>/dev/null || [ -n "$ended" ] || kill -s "$signal" -- "-$group" 2>/dev/null
tries=0
while [ -z "$ended" ] && running && [ "$tries" -lt "$((patience + 100))" ]; do
  [ "$tries" -ne "$patience" ] || kill -s KILL -- "-$group"
  tries=$((tries + 1))
  sleep ${GUARD_POLL_MS / 1000}
done
rm -rf "$folder" "$spare" || { sleep 0.2; rm -rf "$folder" "$spare"; }
`;

const RUNNER_PRELUDE = `
IFS= read -r PROGRAM || exit 0
umask 077
exec </dev/null >>"$FOLDER/log" 2>&1
`;

const SERVE_FIRST = `serve() { mv "$FOLDER/setup" "$FOLDER/serving" && exec "$@"; }\n`;
/** The second time there is nothing to set up that must not be cut short. */
const SERVE_AGAIN = `serve() { exec "$@"; }\n`;

/** What a guarded service is made of. */
export interface GuardedServiceOptions {
  /** Its name in messages and in the folder's name: lower-case letters. */
  readonly service: string;
  /**
   * A POSIX shell script, run in `/` with `$PROGRAM` (see `run`), `$FOLDER` and the arguments. It ends in
   * `serve COMMAND…`, which hands the process over to the service.
   */
  readonly script: string;
  /** Builds the script's arguments from the folder. */
  readonly scriptArguments: (folder: string) => readonly string[];
  /** The signal that stops the service at once and lets it tidy up. */
  readonly stopSignal: 'QUIT' | 'TERM';
  /** How long it may take to stop, or to finish setting up, before it is killed, in milliseconds. Default 8 000. */
  readonly stopPatienceMs?: number;
  /** Who runs it, when not this process's own user. */
  readonly user?: RunUser | undefined;
}

/** A service that ends, and whose folder is removed, when this process ends in any way. */
export class GuardedService implements AsyncDisposable {
  /** Its own folder, mode 0700: data, socket, log. */
  readonly folder: string;
  /** A second folder on disk that nobody has made yet, removed with the first. */
  readonly spareFolder: string;
  readonly #options: GuardedServiceOptions;
  #runner: ChildProcess;
  readonly #guard: ChildProcess;
  #closing: Promise<void> | undefined;

  private constructor(
    options: GuardedServiceOptions,
    folders: readonly [string, string],
    runner: ChildProcess,
    guard: ChildProcess,
  ) {
    this.#options = options;
    [this.folder, this.spareFolder] = folders;
    this.#runner = runner;
    this.#guard = guard;
  }

  /** Makes the folder and the two shells. The service itself waits for `run`. */
  static async create(options: GuardedServiceOptions): Promise<GuardedService> {
    const { service, stopSignal, stopPatienceMs = STOP_PATIENCE_MS, user } = options;
    const name = `millrace-${service}-${randomBytes(6).toString('hex')}`;
    const folder = `${await dataFolderBase(user)}/${name}`;
    const spare = `${await diskFolderBase(user)}/${name}-spare`;
    const runner = await startRunner(options, SERVE_FIRST + options.script, folder);
    const owner = user === undefined ? '' : `${user.uid}:${user.gid}`;
    try {
      const patience = Math.ceil(stopPatienceMs / GUARD_POLL_MS);
      const words = [folder, spare, `${runner.pid}`, owner, stopSignal, `${patience}`];
      const guard = await startShell(service, GUARD_SCRIPT, words, folder);
      runner.once('exit', () => guard.stdin?.write('ended\n'));
      await guardReady(service, guard, `cannot make ${folder}`);
      return new GuardedService(options, [folder, spare], runner, guard);
    } catch (error) {
      runner.stdin?.end();
      throw error;
    }
  }

  /** Lets the script start, with `program` as its `$PROGRAM`. */
  run(program: string): void {
    this.#runner.stdin?.end(`${program}\n`);
  }

  /** Sends `signal` to the service and waits for its end. The folder stays. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (!this.ended) process.kill(Number(this.#runner.pid), signal);
    await withTimeout(exited(this.#runner), STOP_TIMEOUT_MS);
  }

  /** Runs `script`, which is as in the options but sets nothing up, for a service that has ended: in the same folder. */
  async runAgain(script: string, program: string): Promise<void> {
    const runner = await startRunner(this.#options, SERVE_AGAIN + script, this.folder);
    try {
      const known = guardReady(this.#options.service, this.#guard, 'its guard is gone');
      this.#guard.stdin?.write(`${runner.pid}\n`);
      await known;
    } catch (error) {
      runner.stdin?.end();
      throw error;
    }
    runner.once('exit', () => this.#guard.stdin?.write('ended\n'));
    this.#runner = runner;
    this.run(program);
  }

  /** Whether the service has come to its end. */
  get ended(): boolean {
    return this.#runner.exitCode !== null || this.#runner.signalCode !== null;
  }

  /** The last lines that the service wrote. */
  async logTail(): Promise<string> {
    const log = await readFile(`${this.folder}/log`, 'utf8').catch(() => '');
    return oneLine(log.trim().split('\n').slice(-5).join('\n')) || 'its log is empty';
  }

  /** Stops the service at once and removes its folder. Safe to call again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const left = (reason: string): Error =>
      SERVICE_ERRORS.create('MILLRACE_SERVICES_STOP_FAILED', {
        service: this.#options.service,
        folder: this.folder,
        reason,
      });
    this.#runner.stdin?.end();
    this.#guard.stdin?.end();
    await withTimeout(exited(this.#guard), STOP_TIMEOUT_MS).catch((error) => {
      throw left(reasonOf(error));
    });
    if (this.#guard.exitCode === 0) return;
    // Somebody killed the guard: do its work, without its patience.
    if (!this.ended) process.kill(-Number(this.#runner.pid), 'SIGKILL');
    try {
      await withTimeout(exited(this.#runner), STOP_TIMEOUT_MS);
      const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
      await Promise.all([this.folder, this.spareFolder].map((folder) => rm(folder, removal)));
    } catch (error) {
      throw left(reasonOf(error));
    }
  }
}

function startRunner(options: GuardedServiceOptions, script: string, folder: string): Promise<ChildProcess> {
  return startShell(options.service, RUNNER_PRELUDE + script, options.scriptArguments(folder), folder, options.user);
}

async function startShell(
  service: string,
  script: string,
  args: readonly string[],
  folder: string,
  user?: RunUser,
): Promise<ChildProcess> {
  const options = {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', FOLDER: folder },
    ...runAs(user),
  };
  try {
    const child = spawn('/bin/sh', ['-c', script, `millrace-${service}`, ...args], options);
    child.stdin.on('error', () => {}); // A shell that is gone already shows in its exit code.
    await once(child, 'spawn');
    child.on('error', () => {});
    // A forgotten `close()` must not keep the process alive: its end stops the service anyhow.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as Partial<{ unref(): void }>).unref?.();
    return child;
  } catch (error) {
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', { service, reason: reasonOf(error) }, error);
  }
}

async function guardReady(service: string, guard: ChildProcess, whyNot: string): Promise<void> {
  const failed = (reason: string): Error =>
    SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', { service, reason });
  const over = new AbortController();
  const ended = exited(guard, over.signal).then(() => Promise.reject(failed(whyNot)));
  ended.catch(() => {}); // Whoever waits hears of it by the race.
  const ready =
    guard.stdout === null ? ended : Promise.race([once(guard.stdout, 'data', { signal: over.signal }), ended]);
  try {
    await withTimeout(ready, SHELL_TIMEOUT_MS);
  } catch (error) {
    guard.stdin?.end();
    throw error;
  } finally {
    over.abort();
  }
}

async function exited(child: ChildProcess, signal?: AbortSignal): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { ...(signal && { signal }) });
}
