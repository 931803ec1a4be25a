import { createVerifier } from 'fast-jwt';
import { createTokenCheck, fastJwtVerifier } from 'millrace/auth';
import { readTokenSet } from './token-set.ts';

/*
 * Checks of tokens that are known, in a process of its own: `hit-run.ts ARM TOKENS`. Each comes as a new string, as a header
 * does, whose hash nobody has computed yet. Says how long one took.
 */

const CHECKS = 20_000;
const WARM_UP_ROUNDS = 5;
const ROUNDS = 20;
const [arm = '', file = ''] = process.argv.slice(2);
const { publicKey, known } = await readTokenSet(file);
const bytes = known.map((token) => Buffer.from(token, 'latin1'));

/** Looks at so many strings and gives what stands for the caller of the last. */
type CheckAll = (tokens: readonly string[]) => unknown;

const createCheck = () =>
  createTokenCheck({
    verify: fastJwtVerifier(createVerifier, { key: publicKey, algorithms: ['RS256'] }),
    loadIdentity: async ({ sub }) => ({ sub }),
  });

const ARMS: Readonly<Record<string, () => CheckAll>> = {
  own() {
    const tokens = createCheck();
    return (all) => {
      let last: unknown;
      for (let at = 0; at < all.length; at++) last = tokens.check(all[at]!);
      return last;
    };
  },
  /** Each on a connection that has sent the same token before. */
  memo() {
    const tokens = createCheck();
    const connections = known.map(() => ({}));
    return (all) => {
      let last: unknown;
      for (let at = 0; at < all.length; at++) last = tokens.check(all[at]!, connections[at % connections.length]);
      return last;
    };
  },
  peer() {
    const verify = createVerifier({ key: publicKey, algorithms: ['RS256'], cache: 10_000 });
    return (all) => {
      let last: unknown;
      for (let at = 0; at < all.length; at++) last = verify(all[at]!);
      return last;
    };
  },
};

const checkAll = ARMS[arm]!();
const newStrings = (): string[] =>
  Array.from({ length: CHECKS }, (_, at) => bytes[at % bytes.length]!.toString('latin1'));

/** Milliseconds for one round of new strings. */
function time(): number {
  const tokens = newStrings();
  const began = performance.now();
  const last = checkAll(tokens);
  const elapsedMs = performance.now() - began;
  if (typeof last !== 'object' || last instanceof Promise || !(last as { sub?: unknown } | null)?.sub)
    throw new Error('the last one was not known');
  return elapsedMs;
}

await Promise.all(known.map(async (token) => checkAll([token])));
for (let round = 0; round < WARM_UP_ROUNDS; round++) time();
let elapsedMs = 0;
for (let round = 0; round < ROUNDS; round++) elapsedMs += time();
console.log(JSON.stringify({ nanoseconds: (1e6 * elapsedMs) / (ROUNDS * CHECKS) }));
process.exit();
