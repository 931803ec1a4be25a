import type { Allowance } from './allowed.ts';
import type { Fault } from './fault.ts';
import { listFiles, readText } from './tree.ts';

/** What a rule found in the text of a file. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly what: string;
}

/** One file as text; files with a NUL byte are no text. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** Every text file that git tracks or would track. */
export function listTexts(): TextFile[] {
  return listFiles()
    .map((file) => ({ file, text: readText(file) }))
    .filter(({ text }) => !text.includes('\0'));
}

/** 1-based line of an offset in a text. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Findings without an allowance, and allowances without a finding. */
export function judgeFindings(findings: readonly Finding[], allowed: readonly Allowance[]): Fault[] {
  const covers = (allowance: Allowance, finding: Finding): boolean =>
    allowance.file === finding.file && allowance.rule === finding.rule;
  const faults = findings
    .filter((finding) => !allowed.some((allowance) => covers(allowance, finding)))
    .map(({ file, line, rule, what }) => ({ where: `${file}:${line}`, what: `${what} (${rule})` }));
  const stale = allowed.filter((allowance) => !findings.some((finding) => covers(allowance, finding)));
  for (const { file, rule } of stale) {
    faults.push({
      where: 'scripts/verify/allowed.ts',
      what: `${rule} finds nothing in ${file} any more; remove the entry`,
    });
  }
  return faults;
}
