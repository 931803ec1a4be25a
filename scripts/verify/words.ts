import { ALLOWED_WORDS } from './allowed.ts';
import { report } from './fault.ts';
import { type Finding, judgeFindings, lineOf, listTexts, type TextFile } from './findings.ts';

interface WordRule {
  readonly rule: string;
  /** Written so that it does not find itself. */
  readonly pattern: RegExp;
  readonly what: string;
}

const RULES: readonly WordRule[] = [
  {
    rule: 'machine-path',
    pattern: /(?<![\w.@:-])\/(?:root|work|home\/[\w.-]+|Users\/[\w.-]+)\/|\b[A-Z]:\\{1,2}Users\\/g,
    what: 'names a path of one machine',
  },
  {
    rule: 'registry-host',
    pattern:
      /\b(?:registry|npm|artifactory|nexus|verdaccio|mirrors?)(?:[.-][\w-]+)*\.(?:org|com|net|io|dev|cn|internal|local)\b/gi,
    what: 'names the host of a package registry',
  },
  {
    rule: 'unfinished',
    pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b|\b[Nn](?:ot|OT)[ -](?:implemente[d]|IMPLEMENTE[D])\b/g,
    what: 'leaves work for later; finish it or open an issue',
  },
  {
    rule: 'authorship',
    pattern:
      /\bco-authored-b[y]:|\b(?:written|generated|created) (?:by|with) (?:an? )?(?:a[i]|llm|assistant|claud[e]|chatgp[t]|copilo[t])\b/gi,
    what: 'speaks of who wrote it; the project speaks of the project alone',
  },
];

function findWords({ file, text }: TextFile): Finding[] {
  return RULES.flatMap(({ rule, pattern, what }) =>
    [...text.matchAll(pattern)].map((match) => ({
      file,
      line: lineOf(text, match.index),
      rule,
      what: `"${match[0]}" ${what}`,
    })),
  );
}

const texts = listTexts();
report(
  'words',
  judgeFindings(texts.flatMap(findWords), ALLOWED_WORDS),
  `${texts.length} files say nothing that stays out`,
);
