import { createRandom, type Random } from 'millrace/core';

/** A sequence of keys as a cache is asked for them, made from a seed. */
export interface Workload {
  readonly name: string;
  /** How many values the cache may hold. */
  readonly capacity: number;
  readonly keys: Int32Array;
}

const REQUESTS = 400_000;

type Next = () => number;

/** Each stands for a kind of real trace, none of which may be committed: what the keys are like, and what that favours. */
const MAKERS: Readonly<Record<string, { capacity: number; create: (random: Random) => Next }>> = {
  /** Round and round over twice as much as fits: LRU keeps nothing that it will meet again. */
  loop: { capacity: 512, create: () => loop(1_000, 0) },
  /** A popular set, and again and again long runs over what nobody asks for twice. */
  scan: { capacity: 1_000, create: scans },
  /** Fixed popularity, flat: frequency is all there is to know. */
  'zipf-0.7': { capacity: 1_000, create: (random) => zipf(random, 20_000, 0.7) },
  /** Fixed popularity, steep. */
  'zipf-0.99': { capacity: 1_000, create: (random) => zipf(random, 20_000, 0.99) },
  /** What is popular today is not tomorrow. */
  shifting: { capacity: 1_000, create: shifting },
  /** Rows of one transaction: read, read again soon, and never after that. Only recency helps. */
  orm: { capacity: 1_024, create: twiceSoon },
  /** Reuse by how long ago, heavy-tailed, as in the traces of object-relational mappers: LRU is hard to beat. */
  recency: { capacity: 1_000, create: stackDepths },
  /** News: each item is born popular and fades, beside a stock of evergreens. */
  web: { capacity: 1_000, create: news },
  /** Phases of all that, one after the other. */
  mixed: { capacity: 1_000, create: phases },
};

/** All workloads; equal seeds, equal keys. */
export function createWorkloads(seed: number, requests: number = REQUESTS): Workload[] {
  return Object.entries(MAKERS).map(([name, { capacity, create }]) => {
    const next = create(createRandom(seed).fork(name));
    return { name, capacity, keys: Int32Array.from({ length: requests }, next) };
  });
}

function loop(length: number, first: number): Next {
  let at = 0;
  return () => first + (at++ % length);
}

/** Key k is asked for in proportion to 1 / (k + 1)^exponent. */
export function zipf(random: Random, keys: number, exponent: number): Next {
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let key = 0; key < keys; key++) {
    sum += (key + 1) ** -exponent;
    sums[key] = sum;
  }
  return () => firstAbove(sums, random.next() * sum);
}

function firstAbove(sums: Float64Array, wanted: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function scans(random: Random): Next {
  const popular = zipf(random, 4_000, 0.9);
  let fresh = 1_000_000;
  let left = 0;
  return () => {
    if (left === 0 && random.next() < 1 / 4_000) left = 3_000;
    if (left === 0) return popular();
    left--;
    return fresh++;
  };
}

function shifting(random: Random): Next {
  const popular = zipf(random, 3_000, 0.8);
  let asked = 0;
  return () => popular() + Math.floor(asked++ / 25_000) * 1_500;
}

/** Every key twice, the second time at most 700 requests after the first. */
function twiceSoon(random: Random): Next {
  const due = new Map<number, number[]>();
  let now = 0;
  let fresh = 0;
  return () => {
    const again = due.get(now)?.pop();
    if (again !== undefined) return again;
    due.delete(now++);
    const at = now + random.int(350);
    due.set(at, [...(due.get(at) ?? []), fresh]);
    return fresh++;
  };
}

/** Keeps keys by how long ago they were asked for, and asks for the one at a depth that is log-uniform. */
function stackDepths(random: Random): Next {
  const stack: number[] = [];
  let fresh = 0;
  return () => {
    const depth = Math.floor(6_000 ** random.next());
    const key = depth > stack.length || random.next() < 0.05 ? fresh++ : stack.splice(stack.length - depth, 1)[0]!;
    stack.push(key);
    if (stack.length > 6_000) stack.shift();
    return key;
  };
}

function news(random: Random): Next {
  const evergreen = zipf(random, 10_000, 0.8);
  const age = zipf(random, 3_000, 0.9);
  let newest = 1_000_000;
  return () => {
    if (random.next() < 0.1) newest++;
    if (random.next() < 0.02) return 100_000_000 + random.int(1_000_000_000);
    return random.next() < 0.5 ? evergreen() : newest - age();
  };
}

function phases(random: Random): Next {
  const kinds = [
    zipf(random, 20_000, 0.9),
    loop(1_500, 50_000),
    stackDepths(random),
    loop(700, 60_000),
    twiceSoon(random),
  ];
  let asked = 0;
  return () => {
    const kind = Math.floor(asked++ / 40_000) % kinds.length;
    return kind * 100_000_000 + kinds[kind]!();
  };
}
