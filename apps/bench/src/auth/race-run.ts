/* Seeded interleavings of checks and revocations, as the tests of `millrace/auth` have them: `race-run.ts RACES SEED`. Says whether one broke a promise. */

const MODEL = new URL(
  '../../../../packages/millrace/src/auth/revocation/revocation-race.test.model.ts',
  import.meta.url,
);
const { race } = (await import(MODEL.href)) as { readonly race: (races: number, seed: number) => Promise<void> };

const [races, seed] = process.argv.slice(2).map(Number) as [number, number];

async function broken(): Promise<number> {
  try {
    await race(races, seed);
    return 0;
  } catch (error) {
    if (!/was accepted/.test(String((error as Error).cause))) throw error;
    console.error(String((error as Error).cause));
    return 1;
  }
}

console.log(JSON.stringify({ broken: await broken() }));
