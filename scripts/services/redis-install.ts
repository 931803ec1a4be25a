import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { withTimeout } from 'millrace/core';
import { oneLine, reasonOf } from './reason.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const ASK_TIMEOUT_MS = 5_000;

/**
 * Debian starts what it installs, unless `policy-rc.d` forbids it; one that is there already is the administrator's word
 * and stays. The other managers start nothing.
 */
const SCRIPT = `
set -e
if command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get -o DPkg::Lock::Timeout=120 update
  apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-server
elif command -v dnf >/dev/null; then
  dnf install -y valkey || dnf install -y redis
elif command -v apk >/dev/null; then
  apk add --no-cache valkey || apk add --no-cache redis
else
  echo 'no package manager that is known here (apt-get, dnf, apk)'
  exit 1
fi
`;

/**
 * Installs Redis with the system's package manager, if this process is root or may become it without a password.
 * Answers whether it did; says why not. The shell has a session of its own: a Ctrl-C does not interrupt a package manager
 * half-way.
 */
export async function installRedis(say: (line: string) => void, environment = process.env): Promise<boolean> {
  const root = await becomeRoot(environment);
  if (root === undefined) {
    say('Redis is not installed: that needs root, or sudo without a password');
    return false;
  }
  say('installing Redis with the package manager of this system');
  const [program = '/bin/sh', ...args] = [...root, '/bin/sh', '-c', SCRIPT];
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  const output = lastLines(child);
  try {
    const [code] = await withTimeout(once(child, 'close'), INSTALL_TIMEOUT_MS);
    if (code === 0) return true;
    say(`Redis is not installed: ${output() || `exit code ${code}`}`);
  } catch (error) {
    say(`Redis is not installed: ${reasonOf(error)}`);
  }
  return false;
}

/** The words to put before a command that root must run; `undefined` when there are none. */
async function becomeRoot(environment: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  if (process.geteuid?.() === 0) return [];
  const sudo = ['sudo', '-n'];
  const may = promisify(execFile)('sudo', ['-n', 'true'], { env: environment, timeout: ASK_TIMEOUT_MS });
  return may.then(
    () => sudo,
    () => undefined,
  );
}

/** Collects what the process writes, and gives back the end of it in one line. */
function lastLines(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-2_000);
    });
  }
  return () => oneLine(text.trim().split('\n').slice(-3).join('\n'));
}
