import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Fault, report } from './fault.ts';
import { type Lock, type MissingPackage, missingPackages, toEntry } from './lock-platforms.ts';
import { ROOT, readJson } from './tree.ts';

const FILE = 'package-lock.json';

interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** `npm ci` refuses a lock without them, on every platform. */
function findMissing(lock: Lock): Fault[] {
  return missingPackages(lock).map(({ parent, name, range }) => ({
    where: FILE,
    what: `${name}@${range}, an optional dependency of ${parent}, has no entry, so npm ci fails; run npm run lock:write`,
  }));
}

/** A download address ties the lock to one registry host. */
function findAddresses(lock: Lock): Fault[] {
  const faults: Fault[] = [];
  for (const [place, { resolved }] of Object.entries(lock.packages)) {
    if (resolved === undefined || !/^[a-z][a-z+.-]*:/i.test(resolved)) continue;
    faults.push({
      where: FILE,
      what: `${place} has a download address; npm install with omit-lockfile-registry-resolved leaves it out`,
    });
  }
  return faults;
}

/** The repository's own scripts, of the entry without a place, need no leave. */
function findInstallScripts(lock: Lock, manifest: Manifest): Fault[] {
  const allowed = new Set(Object.keys(manifest.allowScripts ?? {}).map((key) => key.replace(/(?<=.)@[^/]*$/, '')));
  const present = new Set<string>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (entry.hasInstallScript && place !== '')
      present.add(place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
  }
  return [
    ...[...present.difference(allowed)].map((name) => ({
      where: FILE,
      what: `${name} runs an install script that allowScripts in package.json does not name; do without it, or name it after review`,
    })),
    ...[...allowed.difference(present)].map((name) => ({
      where: 'package.json',
      what: `allowScripts names ${name}, which has no install script in the lock; remove it`,
    })),
  ];
}

function complete(lock: Lock, missing: readonly MissingPackage[]): Lock {
  const packages = { ...lock.packages };
  for (const one of missing) packages[one.place] = toEntry(one);
  const sorted = Object.entries(packages).sort(([a], [b]) => (a === b ? 0 : a.localeCompare(b, 'en')));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

const lock = readJson<Lock>(FILE);
if (process.argv.includes('--write')) {
  const missing = missingPackages(lock);
  if (missing.length > 0) writeFileSync(path.join(ROOT, FILE), `${JSON.stringify(complete(lock, missing), null, 2)}\n`);
  console.log(`lock: added ${missing.length} platform packages`);
} else {
  const faults = [
    ...findMissing(lock),
    ...findAddresses(lock),
    ...findInstallScripts(lock, readJson<Manifest>('package.json')),
  ];
  report('lock', faults, `${Object.keys(lock.packages).length} entries, complete and without addresses`);
}
