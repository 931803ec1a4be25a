import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MillraceError } from 'millrace/core';
import { maskSecrets } from '../secrets/index.ts';
import { PROVE_ERRORS } from './errors.ts';
import { exchange } from './exchange.ts';
import type { ArmProcess } from './manifest.ts';

/*
 * An arm must never outlive the proof, however the proof ends. It gets a session of its own, so that Ctrl-C in the
 * terminal reaches only the proof, which then stops the arm in order. Against SIGKILL of the proof stands a guard
 * in the arm's process group that reads from a pipe whose other end only the proof holds: end of file means that the
 * proof is gone, and the guard ends the group. The shell forks the guard and then *becomes* the arm (`exec`), so
 * there is no moment at which the arm runs unguarded, and no shell between the proof and the arm afterwards. The
 * command is handed over as positional parameters and is never parsed by the shell.
 */
const LAUNCH = `(trap '' TERM INT HUP; read -r _ <&3; kill -TERM 0; sleep 2; kill -KILL 0) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`;

const KEPT_LINES = 8;
const KEPT_CHARACTERS = 16_384;
/** `    at load (file:1:2)`: of a stack the message says more than the frames. */
const FRAME = /^\s+at /;
const CAUSE = /^(?:Uncaught )?[\w.]*(?:Error|Exception)\b/;
/** What an arm says when somebody took its port after it was found free. */
const PORT_TAKEN = /EADDRINUSE|address already in use/i;
const PROBE_EVERY_MS = 25;

/** How an arm is started and stopped. */
export interface ArmOptions {
  readonly label: string;
  /** From the start to the first 200 on `readyPath`. */
  readonly readyTimeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
}

/** One running arm. */
export interface Arm {
  readonly pid: number;
  readonly process: ArmProcess;
  /** From the spawn to the first 200 on `readyPath`. */
  readonly readyMs: number;
  /** Rejects when the process ends before it was told to; never resolves. */
  readonly death: Promise<never>;
  /** Names what runs now, for the message of {@link Arm.death}. */
  during(stage: string): void;
  /** SIGTERM, then SIGKILL for the whole group after the bound, or as soon as `kill` aborts. Resolves when it is gone. */
  stop(kill?: AbortSignal): Promise<void>;
}

/** Starts the process and waits until it is ready; throws with the arm stopped. */
export async function startArm(process: ArmProcess, options: ArmOptions, signal: AbortSignal): Promise<Arm> {
  await refuseOccupiedPort(process.baseUrl, options.label);
  const startedAt = performance.now();
  const arm = launch(process, options);
  const leave = new AbortController();
  const ready = waitUntilReady(arm, options, AbortSignal.any([signal, leave.signal]));
  ready.catch(() => {});
  try {
    await Promise.race([ready, arm.death]);
    return { ...arm, readyMs: performance.now() - startedAt };
  } catch (error) {
    leave.abort();
    await arm.stop(AbortSignal.abort());
    throw PORT_TAKEN.test(arm.lastOutput()) ? portInUse(process.baseUrl, options.label, arm.lastOutput()) : error;
  }
}

interface LaunchedArm extends Omit<Arm, 'readyMs'> {
  lastOutput(): string;
}

/** This process's environment without what the arm must not see, and what the manifest gives it. */
function environmentOf({ env, unsetEnv = [] }: ArmProcess): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !unsetEnv.includes(name));
  return { ...Object.fromEntries(inherited), ...env };
}

function launch(process: ArmProcess, options: ArmOptions): LaunchedArm {
  const child = spawn('/bin/sh', ['-c', LAUNCH, 'arm', ...process.command], {
    detached: true,
    env: environmentOf(process),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const lastOutput = keepLastLines(child);
  let stage = 'its start';
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signalName) => resolve(signalName ?? `exit code ${code}`));
  });
  const death = new Promise<never>((_, reject) => {
    void ended.then((status) => {
      if (!stopping) reject(diedError(options.label, status, stage, lastOutput()));
    });
  });
  death.catch(() => {});
  return {
    pid: child.pid ?? 0,
    process,
    death,
    lastOutput,
    during(next) {
      stage = next;
    },
    async stop(kill) {
      stopping = true;
      if (kill?.aborted !== true) child.kill('SIGTERM');
      const over = new AbortController();
      const signal = kill === undefined ? over.signal : AbortSignal.any([over.signal, kill]);
      await Promise.race([ended, sleep(options.stopTimeoutMs, undefined, { signal }).catch(() => {})]);
      over.abort();
      killGroup(child.pid);
      await ended;
      for (const stream of child.stdio) stream?.destroy();
    },
  };
}

function diedError(arm: string, status: string, stage: string, output: string): MillraceError {
  return PROVE_ERRORS.create('MILLRACE_PROVE_ARM_DIED', { arm, status, stage, output });
}

/** The guard is in the group too, so the group's id cannot have been given to somebody else. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    globalThis.process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function keepLastLines(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-KEPT_CHARACTERS);
    });
  }
  return () => {
    const lines = tellingLines(kept);
    return lines.length === 0 ? '' : `; its last output: ${lines.map(maskSecrets).join(' | ')}`;
  };
}

/** The last lines without the frames of stacks, and before them what the last error said, should it stand farther up. */
function tellingLines(output: string): readonly string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line));
  const cause = lines.findLastIndex((line) => CAUSE.test(line));
  const start = Math.max(0, lines.length - KEPT_LINES);
  return [...(cause >= 0 && cause < start ? [lines[cause] ?? ''] : []), ...lines.slice(start)];
}

async function waitUntilReady(arm: LaunchedArm, options: ArmOptions, signal: AbortSignal): Promise<void> {
  const { baseUrl, readyPath } = arm.process;
  const deadline = performance.now() + options.readyTimeoutMs;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (await answersReady(arm.process, Math.min(1000, deadline - performance.now()), signal)) return;
    await sleep(PROBE_EVERY_MS);
  }
  throw PROVE_ERRORS.create('MILLRACE_PROVE_ARM_NOT_READY', {
    arm: options.label,
    url: baseUrl + readyPath,
    seconds: options.readyTimeoutMs / 1000,
    output: arm.lastOutput(),
  });
}

/** Whether the arm answers 200 on its `readyPath` within `timeoutMs`. */
export async function answersReady(process: ArmProcess, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await exchange(process.baseUrl, { method: 'GET', path: process.readyPath }, { timeoutMs, signal });
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** A stranger on the arm's port would be measured in its place. */
function refuseOccupiedPort(baseUrl: string, label: string): Promise<void> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('connect', () => {
      socket.destroy();
      reject(portInUse(baseUrl, label, ''));
    });
    socket.once('error', () => {});
    socket.once('close', () => resolve());
  });
}

function portInUse(url: string, arm: string, output: string): MillraceError {
  return PROVE_ERRORS.create('MILLRACE_PROVE_PORT_IN_USE', { url, arm, output });
}
