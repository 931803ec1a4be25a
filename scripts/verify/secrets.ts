import { lintSource } from '@secretlint/core';
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { ALLOWED_SECRETS } from './allowed.ts';
import { report } from './fault.ts';
import { type Finding, judgeFindings, lineOf, listTexts, type TextFile } from './findings.ts';
import { isCode } from './tree.ts';

/**
 * secretlint's recommended rules one by one. The preset as a whole brings the rule that lets a comment switch the
 * others off, even when told not to; here only `allowed.ts` excuses a finding, with its reason.
 */
const CONFIG = {
  rules: recommended
    .filter((rule) => rule.meta.id !== '@secretlint/secretlint-rule-filter-comments')
    .map((rule) => ({ id: rule.meta.id, rule, options: { enableIDScanRule: true } })),
};

const JWT = /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g;

/** `DB_PASSWORD=hunter2`, `"JWT_SECRET": "…"`: names in capitals, as environments write them. */
const ASSIGNMENT =
  /\b[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|SECRET_KEY|ENCRYPTION_KEY|API_KEY|PRIVATE_KEY|TOKEN)["']?[ \t]*[=:][ \t]*(?<value>"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|[^\s"'`,;)|]+)/g;

/** What stands for a value without being one: nothing, a variable, `<secret>`, `…`. */
const PLACEHOLDER = /^["'`]?(?:$|["'`]$|[$<…{%]|\.{3})/;

/** In code only what is quoted is a value; with blanks in it, it is prose that stands in for one in tests. */
const QUOTED_WORD = /^["'`]\S*$/;

async function scanWithLibrary({ file, text }: TextFile): Promise<Finding[]> {
  const source = { filePath: file, content: text, ext: '', contentType: 'text' as const };
  const { messages } = await lintSource({
    source,
    options: { config: CONFIG, noPhysicFilePath: true, maskSecrets: true },
  });
  return messages.map(({ ruleId, message, range }) => ({
    file,
    line: lineOf(text, range[0]),
    rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
    what: `looks like a secret: ${message.replace(/(?:\(\*+\))?: ?\*.*/s, '')}`,
  }));
}

function scanOwnRules({ file, text }: TextFile): Finding[] {
  const tokens = [...text.matchAll(JWT)].map(({ index }) => ({
    index,
    rule: 'jwt',
    what: 'looks like a signed token',
  }));
  const assignments = [...text.matchAll(ASSIGNMENT)]
    .filter((match) => {
      const value = match.groups?.value ?? '';
      if (PLACEHOLDER.test(value)) return false;
      return !isCode(file) || QUOTED_WORD.test(value);
    })
    .map((match) => ({
      index: match.index,
      rule: 'assignment',
      what: `${match[0].split(/["' \t]*[=:]/)[0]} has a literal value; generate it or leave a placeholder`,
    }));
  return [...tokens, ...assignments].map(({ index, ...finding }) => ({ file, line: lineOf(text, index), ...finding }));
}

const texts = listTexts();
const findings: Finding[] = [];
for (const text of texts) findings.push(...(await scanWithLibrary(text)), ...scanOwnRules(text));
report('secrets', judgeFindings(findings, ALLOWED_SECRETS), `none in ${texts.length} files`);
