/** One check: the npm script `verify:<name>`, which also runs by itself. */
export interface Check {
  readonly name: string;
  /** What it holds, for the line it prints. */
  readonly holds: string;
  /** Checks that must have ended first, whatever their outcome. */
  readonly after?: readonly string[];
}

/** Longest first, so that the two slots end at about the same time. */
export const CHECKS: readonly Check[] = [
  { name: 'types', holds: 'the whole tree compiles' },
  { name: 'lint', holds: 'format and lint rules' },
  { name: 'layers', holds: 'folders import only what layers.ts allows' },
  { name: 'sizes', holds: 'files and functions stay small' },
  { name: 'lock', holds: 'the lock is complete and names no address; install scripts are named' },
  { name: 'spec', holds: 'rules and tests name each other' },
  { name: 'errors', holds: 'error tables, source, tests and page agree' },
  { name: 'config', holds: 'the configuration table and its page agree' },
  { name: 'readme', holds: 'the README shows the committed results' },
  { name: 'jsdoc', holds: 'exports say what they are, factories with an example' },
  { name: 'texts', holds: 'every language says the same' },
  { name: 'secrets', holds: 'no key, token or password' },
  { name: 'words', holds: 'nothing said that stays out' },
  { name: 'unused', holds: 'no dead file, export or dependency' },
  { name: 'build', holds: 'the packages compile and load from dist', after: ['types'] },
  { name: 'api', holds: 'public entries export what their pages say', after: ['build'] },
  { name: 'pack', holds: 'tarballs, publint, are the types wrong', after: ['build'] },
];
