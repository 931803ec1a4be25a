import { splitNamespace } from './cache-tag.ts';

/** Letters only, so that no number, hash or address passes for a name. */
const NAME = /^[A-Za-z][A-Za-z_-]{0,31}$/;
const MAX_PARTS = 8;

/**
 * What may be said of an encoded key, or of a tag, in public: its first part when that reads as a name and more
 * parts follow, `*` for each other part. `user:*:*` for the key `['user', 42, 'keys']`, `*` for a lone string.
 * So there are few patterns, and none holds what a user entered. A namespace, whose name is the program's, stands before:
 * `reports/user:*`.
 */
export function keyPattern(key: string): string {
  const inside = splitNamespace(key);
  return inside === undefined ? patternOf(key) : `${inside.namespace}/${patternOf(inside.rest)}`;
}

function patternOf(key: string): string {
  const parts = (key.startsWith(':') ? key.slice(1) : key).split(':', MAX_PARTS);
  return parts.map((part, at) => (at === 0 && parts.length > 1 && NAME.test(part) ? part : '*')).join(':');
}
