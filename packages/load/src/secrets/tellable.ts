import { maskSecrets } from './mask-secrets.ts';

/** So much is searched for secrets. */
const MAX_READ = 2_000;
const MAX_LENGTH = 300;

/** A text that may hold anything, in one line without control characters and secrets. */
export function tellable(text: string): string {
  return maskSecrets(text.slice(0, MAX_READ).replaceAll(/[\s\p{Cc}]+/gu, ' '));
}

/** The same of why something failed, in at most 300 characters. */
export function tellableReason(text: string): string {
  return tellable(text).slice(0, MAX_LENGTH);
}
