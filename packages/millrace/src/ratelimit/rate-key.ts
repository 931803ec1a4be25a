import { createHash } from 'node:crypto';
import { RATELIMIT_ERRORS } from './errors.ts';

/**
 * Whose budget it is: a string, or parts such as `['login', account, network]`. Parts never run into each other, however
 * they are chosen: `['a', 'bc']`, `['ab', 'c']` and `'abc'` are three keys.
 */
export type RateKey = string | readonly string[];

/** Longer keys are kept by their hash, so that nobody fills the memory with a few long ones. */
const MAX_LENGTH = 200;
const HASHED = 0x23;
const PARTS = 0x3a;
const PLAIN = 0x25;

/** A key as one string of bounded length; different keys give different strings. @throws MILLRACE_RATELIMIT_KEY_INVALID */
export function encodeRateKey(key: RateKey): string {
  const text = typeof key === 'string' ? encodePlain(key) : encodeParts(key);
  // Of lone surrogates too: in UTF-8, which Redis is sent, they would all be one character.
  if (text.length <= MAX_LENGTH && text.isWellFormed()) return text;
  return `#${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64url')}`;
}

function encodePlain(key: string): string {
  const first = key.charCodeAt(0);
  return first === HASHED || first === PARTS || first === PLAIN ? `%${key}` : key;
}

function encodeParts(parts: readonly string[]): string {
  if (!Array.isArray(parts)) throw invalid(typeof parts);
  if (parts.length === 0) throw invalid('an empty array');
  let text = ':';
  for (const part of parts as readonly unknown[]) {
    if (typeof part !== 'string') throw invalid(`a part is ${typeof part}`);
    text += `${part.length}:${part}`;
  }
  return text;
}

function invalid(problem: string): Error {
  return RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_KEY_INVALID', { problem });
}
