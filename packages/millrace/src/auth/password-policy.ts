import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { countPieces, foldLetters } from './common-pieces.ts';
import { AUTH_ERRORS } from './errors.ts';
import { checkWhole } from './option-check.ts';
import { checkPassword } from './password-input.ts';

/** What {@link definePasswordPolicy} takes. */
export interface PasswordPolicyOptions {
  /** Fewest characters. 8 to 64; default 12. */
  readonly minLength?: number;
  /** Words that are easy to guess here, such as the name of the service. Default: none. */
  readonly words?: readonly string[];
}

/** Which passwords users may choose. */
export interface PasswordPolicy {
  /**
   * Refuses a password that is easy to guess. It asks for no kinds of characters: those give `Password1!`.
   * @param about what others know of the user, such as name and mail address; the password may not be made of it
   * @throws `MILLRACE_AUTH_PASSWORD_WEAK` (400; context `reason`: `short`, `common` or `personal`), `MILLRACE_AUTH_PASSWORD_TOO_LONG`
   * (more than 4,096 bytes), `MILLRACE_AUTH_PASSWORD_INVALID`
   */
  check(password: string, about?: readonly string[]): void;
}

/**
 * Declares a policy for new passwords (NIST SP 800-63B: length, and nothing that many people choose). Pure configuration.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const policy = definePasswordPolicy({ words: ['acme'] });
 * policy.check(password, [user.name, user.email]);
 */
export function definePasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  checkOptionNames('definePasswordPolicy', options, OPTIONS);
  const minLength = checkWhole('minLength', options.minLength ?? 12, 8, 64);
  const words = wordsOf(options.words ?? []);
  return Object.freeze({
    check(password: string, about: readonly string[] = []): void {
      checkPassword(password);
      // As many as are read on the screen: a letter and its accent are one.
      if ([...password.normalize('NFC')].length < minLength)
        throw weak('short', `it has less than ${minLength} characters`);
      if (countPieces(password, FEWEST_PIECES, words) < FEWEST_PIECES) {
        throw weak('common', 'it is made of words, runs or repetitions that many people choose');
      }
      if (countPieces(password, FEWEST_PIECES, new Set([...words, ...wordsOf(about)])) < FEWEST_PIECES) {
        throw weak('personal', 'it is made of what others know of its user');
      }
    },
  });
}

const OPTIONS: OptionNames<PasswordPolicyOptions> = { minLength: true, words: true };

/** Some 300 words and runs, guessed in the order of how common they are: seven of them fall before eight of anything else. */
const FEWEST_PIECES = 8;
const SHORTEST_WORD = 3;
const LONGEST_WORD = 64;

/** The texts, and the words in them, folded. */
function wordsOf(texts: readonly string[]): ReadonlySet<string> {
  const parts = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  return new Set(parts.map(foldLetters).filter(({ length }) => length >= SHORTEST_WORD && length <= LONGEST_WORD));
}

function weak(reason: 'short' | 'common' | 'personal', why: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_PASSWORD_WEAK', { reason, why });
}
