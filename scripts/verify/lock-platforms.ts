/**
 * npm leaves out of the lock every optional platform package that it could not find while installing, and
 * `npm ci` then refuses that lock everywhere ("Missing: … from lock file"). An entry of name, version and
 * platform is enough to make the lock complete; later installs keep it.
 */

/** The part of an entry of `package-lock.json` that matters here. */
export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `package-lock.json`, version 3. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** An optional dependency that no entry of the lock stands for. */
export interface MissingPackage {
  readonly parent: string;
  readonly dev: boolean;
  readonly name: string;
  readonly range: string;
  /** Where its entry belongs: `node_modules/<name>`. */
  readonly place: string;
}

/** The folders in which Node would look for a package of `place`, nearest first. */
function lookUpPlaces(place: string): string[] {
  const folders = place === '' ? [] : place.split('/');
  const places: string[] = [];
  for (let length = folders.length; length >= 0; length--) {
    if (folders[length - 1] === 'node_modules') continue;
    places.push([...folders.slice(0, length), 'node_modules'].join('/'));
  }
  return places;
}

/** Every optional dependency without an entry where Node would look for it. */
export function missingPackages(lock: Lock): MissingPackage[] {
  const missing = new Map<string, MissingPackage>();
  for (const [parent, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const found = lookUpPlaces(parent).some((folder) => `${folder}/${name}` in lock.packages);
      const place = `node_modules/${name}`;
      if (!found) missing.set(place, { parent: parent || 'the root', dev: entry.dev === true, name, range, place });
    }
  }
  return [...missing.values()];
}

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const LIBC: Readonly<Record<string, string>> = { gnu: 'glibc', musl: 'musl' };

/** The entry for a missing package: its exact version, and its platform as its name states it. */
export function toEntry({ name, range, dev }: MissingPackage): LockEntry {
  if (!/^\d+\.\d+\.\d+/.test(range)) throw new Error(`${name}@${range}: no exact version, install it by hand`);
  const words = name.split(/[/-]/);
  const os = OS.filter((word) => words.includes(word));
  const cpu = CPU.filter((word) => words.includes(word));
  const libc = words.flatMap((word) => (os.includes('linux') && LIBC[word] ? [LIBC[word]] : []));
  return {
    version: range,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}
