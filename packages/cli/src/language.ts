import { CATALOGUES, type Texts } from '@millrace/load/report';
import { invalidFlag } from './errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The words of the language that `--lang` names; without it those of the locale.
 * @throws MILLRACE_CLI_FLAG_INVALID for a language that there are no words of
 */
export function readTexts(lang: string | undefined, env: Env): Texts {
  if (lang === undefined) return isChinese(env) ? CATALOGUES['zh-CN'] : CATALOGUES.en;
  const texts = Object.values(CATALOGUES).find(({ language }) => language === lang);
  if (texts !== undefined) return texts;
  const allowed = Object.keys(CATALOGUES).join(' or ');
  throw invalidFlag('--lang', JSON.stringify(lang), allowed);
}

/** By the first of POSIX's variables for messages that is set; an empty one counts as unset. */
function isChinese({ LC_ALL, LC_MESSAGES, LANG }: Env): boolean {
  return /^zh(?![a-z])/i.test(LC_ALL || LC_MESSAGES || LANG || '');
}
