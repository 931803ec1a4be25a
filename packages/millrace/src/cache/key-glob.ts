import { patternOf, splitNamespace } from './cache-tag.ts';
import { CACHE_ERRORS } from './errors.ts';
import type { LogEntry } from './log/index.ts';

const ANY = Symbol('any characters');
const ONE = Symbol('one character');
/** Written otherwise, or with something beside them, in an encoded key or in Redis. */
const ENCODED = /[:%#{}/]/;
const MAX_LENGTH = 256;
const MAX_STARS = 5;

/**
 * Which keys a pattern names: `*` stands for anything, `?` for one character, a backslash before a character for that one.
 * Keys are taken as people read them, `user:42:keys` for `['user', 42, 'keys']`, `team/user:42` in a namespace; a text that
 * stands for two keys names both. Takes no longer than key times pattern, whoever wrote them.
 */
export class KeyGlob {
  readonly pattern: string;
  readonly #tokens: readonly (string | symbol)[];

  /** @throws MILLRACE_CACHE_OPTION_INVALID */
  constructor(pattern: string) {
    if (
      typeof pattern !== 'string' ||
      pattern === '' ||
      pattern.length > MAX_LENGTH ||
      /(?<!\\)(?:\\\\)*\\$/.test(pattern)
    ) {
      const allowed = `1 to ${MAX_LENGTH} characters, the last one no lone backslash`;
      throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', {
        option: 'pattern',
        value: String(pattern),
        allowed,
      });
    }
    this.pattern = pattern;
    this.#tokens = [...pattern.matchAll(/\\([\s\S])|([\s\S])/g)].map(([, escaped, plain]) => {
      if (escaped !== undefined) return escaped;
      return plain === '*' ? ANY : plain === '?' ? ONE : plain!;
    });
  }

  /** @param key encoded */
  names(key: string): boolean {
    const text = readable(key);
    const tokens = this.#tokens;
    let [at, token, lastAny, retry] = [0, 0, -1, 0];
    while (at < text.length) {
      if (tokens[token] === ANY) {
        lastAny = token++;
        retry = at;
      } else if (tokens[token] === ONE || tokens[token] === text[at]) {
        token++;
        at++;
      } else if (lastAny >= 0) {
        token = lastAny + 1;
        at = ++retry;
      } else return false;
    }
    while (tokens[token] === ANY) token++;
    return token === tokens.length;
  }

  /**
   * A pattern of Redis for the end of what a key is called there: it names all that this one does, and more. Of few stars,
   * for each may cost Redis a walk over the key.
   */
  toRedis(): string {
    let words = '*';
    let stars = 1;
    let isStar = true;
    for (const token of this.#tokens) {
      const isOpen = typeof token !== 'string' || ENCODED.test(token);
      if (!isOpen) words += escapeRedisGlob(token);
      else if (!isStar) {
        words += '*';
        if (++stars === MAX_STARS) break;
      }
      isStar = isOpen;
    }
    return words;
  }
}

/** What an entry of the log names by a pattern of keys. One that this version cannot read may name anything. */
export function globOf(entry: LogEntry): KeyGlob | undefined {
  const pattern = entry.kind === 'tag' ? patternOf(entry.name) : undefined;
  if (pattern === undefined) return undefined;
  try {
    return new KeyGlob(pattern);
  } catch {
    return new KeyGlob('*');
  }
}

/** So that Redis takes every character for itself. */
export function escapeRedisGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}

/** An encoded key without what makes it different from every other. */
function readable(key: string): string {
  const part = splitNamespace(key);
  const rest = part?.rest ?? key;
  const text = rest.startsWith(':') ? rest.slice(1).split(':').map(readablePart).join(':') : rest.replace(/^%/, '');
  return part === undefined ? text : `${part.namespace}/${text}`;
}

function readablePart(part: string): string {
  return part
    .replace(/^#/, '')
    .replace(/%(25|3A|23)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
