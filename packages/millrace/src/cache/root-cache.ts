import type { Cache, CacheStats, CacheView } from './cache.ts';
import { namespacePrefix, namespaceTag, patternTag } from './cache-tag.ts';
import { CloningTiers } from './cloning-tiers.ts';
import { type EntryOptions, toEntryPlan } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';
import { KeyGlob } from './key-glob.ts';
import { KeySpace } from './key-space.ts';
import type { TieredCache } from './tiered-cache.ts';

const NAMESPACE = /^[A-Za-z0-9_.-]{1,64}$/;

/** A cache: the keys that are in no namespace, and what concerns all of them. See {@link Cache}. */
export class RootCache extends KeySpace implements Cache {
  readonly #engine: TieredCache;

  constructor(engine: TieredCache) {
    super(engine.name, engine.sharing === 'clone' ? new CloningTiers(engine) : engine, '', engine.plan);
    this.#engine = engine;
  }

  namespace(name: string, defaults?: EntryOptions): CacheView {
    if (typeof name !== 'string' || !NAMESPACE.test(name)) {
      const allowed = '1 to 64 letters, digits, `_`, `.` and `-`';
      throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option: 'namespace', value: String(name), allowed });
    }
    const scope = namespaceTag(name);
    const plan = toEntryPlan(defaults, { ...this.#engine.plan, tags: [scope], scope });
    return new KeySpace(name, this.tiers, namespacePrefix(name), plan);
  }

  invalidateMatching(pattern: string): Promise<void> {
    const glob = new KeyGlob(pattern);
    return this.tiers.invalidate([{ kind: 'tag', name: patternTag(glob.pattern) }], 'pattern');
  }

  stats(): CacheStats {
    return this.#engine.stats();
  }

  stalenessMs(): number {
    return this.#engine.stalenessMs();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
