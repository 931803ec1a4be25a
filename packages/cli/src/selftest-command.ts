import { renderSelfTest, type Texts } from '@millrace/load/report';
import { runSelfTest, type SelfTestOptions, type SelfTestResult } from '@millrace/load/selftest';
import { usage } from './errors.ts';
import { EXIT } from './exit-code.ts';
import { readFlags, readSeed } from './flags.ts';
import { announceStop, type Interrupts, sayOverProgress } from './interrupts.ts';
import { readTexts } from './language.ts';
import { prepareOutput, writeOutput } from './output-file.ts';

/** What `millrace load selftest` was asked to do. */
export interface SelfTestRequest {
  readonly options: Pick<SelfTestOptions, 'isQuick' | 'seed'>;
  /** Undefined: no file. */
  readonly json: string | undefined;
  readonly texts: Texts;
}

/** Measures; `runSelfTest`, or a double in tests. */
type SelfTest = (options: SelfTestOptions) => Promise<SelfTestResult>;

const EXITS: Readonly<Record<SelfTestResult['verdict'], number>> = {
  met: EXIT.ok,
  missed: EXIT.missed,
  invalid: EXIT.invalid,
  interrupted: EXIT.interrupted,
};

/** Reads the arguments after `load selftest`. @throws MILLRACE_CLI_* */
export function readSelfTestRequest(args: readonly string[], env: NodeJS.ProcessEnv): SelfTestRequest {
  const { values, positionals } = readFlags(args, {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    lang: { type: 'string' },
    debug: { type: 'boolean', default: false },
  });
  const [extra] = positionals;
  if (extra !== undefined) {
    throw usage(`load selftest takes no argument ${extra}`);
  }
  const seed = readSeed(String(values.seed));
  return {
    options: { isQuick: values.quick === true, seed },
    json: values.json as string | undefined,
    texts: readTexts(values.lang as string | undefined, env),
  };
}

/** Measures the load tester, prints each of its errors beside its goal, and says how the command ends. */
export async function runSelfTestCommand(
  { options, json, texts }: SelfTestRequest,
  interrupts: Interrupts,
  measure: SelfTest = runSelfTest,
): Promise<number> {
  if (json !== undefined) await prepareOutput(json);
  using _ = announceStop(interrupts.stop, () => sayOverProgress(texts.words.stopping));
  const result = await measure({ ...options, signal: interrupts.stop });
  process.stdout.write(renderSelfTest(result, { texts }));
  if (json !== undefined) {
    await writeOutput(json, `${JSON.stringify(result)}\n`);
    process.stdout.write(`\n${json}\n`);
  }
  return EXITS[result.verdict];
}
