import { CACHE_ERRORS } from './errors.ts';

const PERCENT = '%';
/** Begins the tag and the keys of a namespace: no tag or key of a caller does. */
const OWN = '%/';
/** Begins the tag of a pattern. */
const PATTERN = '%*';
const NO_TAGS: readonly string[] = Object.freeze([]);

/**
 * Writes a tag so that none that a caller names is one of the cache's own: one that begins with `%` gets another in front.
 * @throws MILLRACE_CACHE_OPTION_INVALID
 */
export function encodeTag(tag: string): string {
  if (typeof tag === 'string') return tag.startsWith(PERCENT) ? PERCENT + tag : tag;
  const wrong = { option: 'tags', value: typeof tag, allowed: 'an array of strings' };
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', wrong);
}

/** A copy, for the index of tags must find what it filed; each once. @param scope what every value of a namespace carries */
export function encodeTags(tags: readonly string[], scope: string | undefined): readonly string[] {
  if (tags.length === 0 && scope === undefined) return NO_TAGS;
  const encoded = new Set(tags.map(encodeTag));
  return scope === undefined ? [...encoded] : [scope, ...encoded];
}

/** The tag that everything in a namespace carries. */
export function namespaceTag(namespace: string): string {
  return OWN + namespace;
}

/** What stands before every key of a namespace, whose name holds no slash. */
export function namespacePrefix(namespace: string): string {
  return `${OWN}${namespace}/`;
}

/** The tag that everything carries whose key a pattern names. Nothing is filed under it: who looks compares the keys. */
export function patternTag(pattern: string): string {
  return PATTERN + pattern;
}

/** The pattern that a tag stands for. */
export function patternOf(tag: string): string | undefined {
  return tag.startsWith(PATTERN) ? tag.slice(PATTERN.length) : undefined;
}

/** The namespace that an encoded key or tag is of, and the rest of it. */
export function splitNamespace(name: string): { readonly namespace: string; readonly rest: string } | undefined {
  if (!name.startsWith(OWN)) return undefined;
  const end = name.indexOf('/', OWN.length);
  const until = end < 0 ? name.length : end;
  return { namespace: name.slice(OWN.length, until), rest: name.slice(until + 1) };
}
