import { resolve } from 'node:path';
import { type CompareOptions, type Comparison, compareRuns, streamsOfArms } from '@millrace/load';
import { renderComparison, renderComparisonHtml, renderComparisonMarkdown, type Texts } from '@millrace/load/report';
import { usage } from './errors.ts';
import { exitCodeOfComparison } from './exit-code.ts';
import { readFlags, readSeed, readShare } from './flags.ts';
import { readTexts } from './language.ts';
import { prepareOutput, writeOutput } from './output-file.ts';
import { type ResultFile, readResultFile } from './result-file.ts';

/** What `millrace load compare` was asked to do. */
export interface CompareRequest {
  /** Files of each side; `after` is empty when one proof holds both. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly options: CompareOptions;
  /** Undefined: no file. */
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly md: string | undefined;
  readonly texts: Texts;
}

/** Reads the arguments after `load compare`. @throws MILLRACE_CLI_* */
export function readCompareRequest(args: readonly string[], env: NodeJS.ProcessEnv): CompareRequest {
  const { values, positionals } = readFlags(args, {
    'min-effect': { type: 'string', default: '5%' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    html: { type: 'string' },
    md: { type: 'string' },
    lang: { type: 'string' },
    debug: { type: 'boolean', default: false },
  });
  const text = (flag: string): string | undefined => values[flag] as string | undefined;
  return {
    ...readSides(positionals),
    options: {
      minEffect: readShare('--min-effect', text('min-effect') ?? '', 0.001),
      seed: readSeed(text('seed') ?? ''),
    },
    ...distinct({ json: text('json'), html: text('html'), md: text('md') }),
    texts: readTexts(text('lang'), env),
  };
}

/** Files with names of their own. */
function distinct(files: Pick<CompareRequest, 'html' | 'json' | 'md'>): Pick<CompareRequest, 'html' | 'json' | 'md'> {
  const paths = Object.values(files).flatMap((file) => (file === undefined ? [] : [resolve(file)]));
  if (new Set(paths).size < paths.length) throw usage('two of --json, --html and --md name the same file');
  return files;
}

/** Compares the two sides, prints the table, and says how the command ends. */
export async function runCompare(request: CompareRequest): Promise<number> {
  const { before, after, options, texts, json, html, md } = request;
  const files = [json, html, md].filter((file) => file !== undefined);
  for (const file of files) await prepareOutput(file);
  const [left, right] = [await Promise.all(before.map(readResultFile)), await Promise.all(after.map(readResultFile))];
  const comparison = compareFiles(left, right, options);
  process.stdout.write(renderComparison(comparison, { texts }));
  if (json !== undefined) await writeOutput(json, `${JSON.stringify(comparison)}\n`);
  if (html !== undefined) await writeOutput(html, renderComparisonHtml(comparison, { texts }));
  if (md !== undefined) await writeOutput(md, renderComparisonMarkdown(comparison, { texts }));
  if (files.length > 0) process.stdout.write(`\n${files.join('\n')}\n`);
  return exitCodeOfComparison(comparison);
}

/** `A B`, or more of each: `A... vs B...`; one file alone is a proof. */
function readSides(files: readonly string[]): Pick<CompareRequest, 'before' | 'after'> {
  const between = files.indexOf('vs');
  const [before, after] =
    between < 0 ? [files.slice(0, 1), files.slice(1)] : [files.slice(0, between), files.slice(between + 1)];
  if (before.length === 0) throw usage('load compare needs the results of two sides');
  if (between < 0 && after.length > 1) throw usage('load compare needs `vs` between the results of the two sides');
  if (between >= 0 && (after.length === 0 || after.includes('vs'))) throw usage('there is one `vs`, between two sides');
  return { before, after };
}

function compareFiles(left: readonly ResultFile[], right: readonly ResultFile[], options: CompareOptions): Comparison {
  const files = [...left, ...right];
  const loads = (side: readonly ResultFile[]) => side.flatMap((file) => (file.kind === 'load' ? [file] : []));
  if (files.every(({ kind }) => kind === 'load')) {
    if (right.length === 0) throw usage('a run is compared with another one; one file alone is a proof');
    const [before, after] = [loads(left), loads(right)];
    return compareRuns([{ name: before[0]?.result.scenario ?? '', before, after }], options);
  }
  const [first, second = first] = files;
  if (files.length > 2 || first?.kind !== 'proof' || second?.kind !== 'proof') {
    throw usage('load compare takes runs on both sides, one proof, or one proof a side');
  }
  const armOf = ({ name, result }: typeof first, place: number) => ({
    ...{ name, proof: result },
    arm: result.arms.at(place)?.id ?? '',
  });
  // One proof: its first arm with its last. Two: what each says of the last.
  const { streams, warnings } = streamsOfArms(armOf(first, files.length === 1 ? 0 : -1), armOf(second, -1));
  const comparison = compareRuns(streams, options);
  return { ...comparison, warnings: [...comparison.warnings, ...warnings] };
}
