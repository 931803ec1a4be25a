import type { Random } from 'millrace/core';
import { type DataProfile, lastOwner, WHALE_EVERY, WHALE_USER } from '../profile.ts';
import { createZipf } from '../zipf.ts';

/** The owner of each row, by id: entry 0 is the owner of id 1. */
export type Owners = Int32Array;

/** One row in this many never gets a child row, so that there are strategies without signals, keys without usage. */
const CHILDLESS_EVERY = 11;

/** Every fifth row is the whale's; the others go to users 2 up by Zipf's law, none to the last tenth. */
export function assignOwners(count: number, profile: DataProfile, random: Random): Owners {
  const zipf = createZipf({ size: lastOwner(profile) - WHALE_USER, exponent: 0.6 });
  return Int32Array.from({ length: count }, (_, index) =>
    isWhaleRow(index) ? WHALE_USER : WHALE_USER + zipf.draw(random),
  );
}

/** Chooses the parent of a child row: `pick(index)` is the parent's id for the child at `index` (0 up). */
export function createParentPicker(owners: Owners, random: Random): (index: number) => number {
  const ids = Array.from(owners, (_, index) => index + 1).filter((id) => id % CHILDLESS_EVERY !== 0);
  const ofWhale = ids.filter((id) => owners[id - 1] === WHALE_USER);
  const ofOthers = ids.filter((id) => owners[id - 1] !== WHALE_USER);
  const whale = createZipf({ size: ofWhale.length, exponent: 0.5 });
  const others = createZipf({ size: ofOthers.length, exponent: 0.5 });
  const [whaleRandom, otherRandom] = [random.fork('whale'), random.fork('others')];
  return (index) =>
    (isWhaleRow(index) ? ofWhale[whale.draw(whaleRandom) - 1] : ofOthers[others.draw(otherRandom) - 1]) as number;
}

function isWhaleRow(index: number): boolean {
  return index % WHALE_EVERY === 0;
}
