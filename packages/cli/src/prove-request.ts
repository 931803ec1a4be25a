import { resolve } from 'node:path';
import type { ChoiceOptions, ProveOptions, Tier } from '@millrace/load/prove';
import type { Texts } from '@millrace/load/report';
import { usage } from './errors.ts';
import { type Given, readFlags, readList, readNumber, readSeed } from './flags.ts';
import { readTexts } from './language.ts';

/** What of a proof the flags choose. */
export type ChosenProof = ChoiceOptions & Pick<ProveOptions, 'capacity' | 'seed'>;

/** What `millrace prove` was asked to do. */
export interface ProveRequest {
  readonly manifest: string;
  readonly chosen: ChosenProof;
  /** A result file to be run again, in place of what is chosen. */
  readonly repeat: string | undefined;
  readonly json: string;
  readonly html: string;
  /** Whether the terminal shows what else only the report does. */
  readonly details: boolean;
  readonly texts: Texts;
}

/** What `millrace prove --serve` was asked to do. */
export interface ServeRequest {
  readonly manifest: string;
  /** The arm's id. */
  readonly arm: string;
  readonly tier: Tier;
  readonly seed: number;
  readonly texts: Texts;
}

type Values = Given['values'];

/** What a repetition takes from the result. */
const REPEATED = ['quick', 'full', 'scenario', 'arms', 'ablate', 'only', 'capacity', 'blocks', 'seed'] as const;

/** What only a proof has. */
const PROVEN = [
  'scenario',
  'arms',
  'ablate',
  'only',
  'capacity',
  'blocks',
  'repeat',
  'once',
  'details',
  'json',
  'html',
] as const;

const FLAGS = {
  quick: { type: 'boolean' },
  full: { type: 'boolean' },
  scenario: { type: 'string' },
  arms: { type: 'string' },
  ablate: { type: 'boolean' },
  only: { type: 'string' },
  capacity: { type: 'boolean' },
  blocks: { type: 'string' },
  repeat: { type: 'string' },
  once: { type: 'boolean' },
  serve: { type: 'string' },
  json: { type: 'string' },
  html: { type: 'string' },
  details: { type: 'boolean' },
  seed: { type: 'string' },
  lang: { type: 'string' },
  debug: { type: 'boolean' },
} as const;

/** Reads the arguments after `prove`. @throws MILLRACE_CLI_* */
export function readProveRequest(args: readonly string[], env: NodeJS.ProcessEnv): ProveRequest | ServeRequest {
  const { values, positionals } = readFlags(args, FLAGS);
  const [manifest, ...rest] = positionals;
  if (manifest === undefined) throw usage('prove needs a manifest');
  if (rest.length > 0) throw usage(`prove takes one manifest, ${rest[0]} is a second`);
  const { json = 'results/proof.json', html = 'results/proof.html' } = values;
  refuseContradictions({ ...values, json, html });
  const chosen = chosenBy(values);
  const texts = readTexts(textOf(values.lang), env);
  const arm = readServed(values);
  if (arm !== undefined) return { manifest, arm, tier: chosen.tier, seed: chosen.seed, texts };
  const repeat = textOf(values.repeat);
  return { manifest, chosen, repeat, json: String(json), html: String(html), details: values.details === true, texts };
}

/** The arm that is to serve. @throws MILLRACE_CLI_USAGE beside what only a proof has */
function readServed(values: Values): string | undefined {
  const other = PROVEN.find((name) => values[name] !== undefined);
  if (values.serve !== undefined && other !== undefined)
    throw usage(`--serve starts one arm and proves nothing, --${other} contradicts it`);
  return textOf(values.serve);
}

function refuseContradictions(values: Values): void {
  if (resolve(String(values.json)) === resolve(String(values.html)))
    throw usage(`--json and --html name the same file, ${values.json}`);
  if (values.quick && values.full) throw usage('--quick and --full contradict each other');
  if (values.only !== undefined && !values.ablate)
    throw usage('--only says which switches --ablate turns on; give both');
  if (values.arms !== undefined && values.ablate)
    throw usage('--arms says what a proof measures, --ablate has the arms of its switches; run one after the other');
  if (values.capacity && values.ablate) throw usage('--capacity and --ablate are two proofs; run one after the other');
  const other = REPEATED.find((name) => values[name] !== undefined);
  if (values.repeat !== undefined && other !== undefined)
    throw usage(`--repeat takes everything from the result, --${other} contradicts it`);
}

function chosenBy(values: Values): ChosenProof & Pick<ServeRequest, 'tier' | 'seed'> {
  const tier: Tier = values.quick ? 'quick' : values.full ? 'full' : 'main';
  const { scenario, arms, only, blocks, seed } = values;
  return {
    tier,
    capacity: values.capacity === true,
    seed: readSeed(String(seed ?? 1)),
    ...(scenario !== undefined && { scenarios: readList('--scenario', String(scenario)) }),
    ...(arms !== undefined && { arms: readList('--arms', String(arms)) }),
    ...(values.ablate && { ablate: only === undefined ? 'all' : readList('--only', String(only)) }),
    ...(blocks !== undefined && { blocks: readNumber('--blocks', String(blocks), { min: 1, max: 20, whole: true }) }),
  };
}

function textOf(value: Values[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
