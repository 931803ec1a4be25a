import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { askedKeys } from './asked-keys.ts';
import { createSubject, type Subject } from './subject.ts';

/*
 * Gets of one cache in a process of its own: 10,000 keys, all held, asked for by Zipf's law. Says how long one took.
 * lru-cache reads the time once a millisecond, ours once a turn of the event loop: so there is a run that gives it a turn
 * after every ten gets, which both pay for.
 */

const KEYS = 10_000;
const ASKED = askedKeys(KEYS, 1 << 20);
const PASSES = 12;
const TURN_PASSES = 1;
const GETS_A_TURN = 10;

type Get = (key: string) => unknown;

function createOwn(policy: 'lru' | 'adaptive'): Subject {
  const cache = createSubject(KEYS, { eviction: policy, isTagged: true });
  for (const key of new Set(ASKED)) void cache.set(key, { key });
  return cache;
}

function createPeer(): LRUCache<string, object> {
  const cache = new LRUCache<string, object>({ max: KEYS, ttl: 3_600_000 });
  for (const key of new Set(ASKED)) cache.set(key, { key });
  return cache;
}

/** Nanoseconds a get, after a quarter as much of warm-up. Each arm brings its own loop, so that none is in between. */
function timePasses(pass: () => number): number {
  for (let warm = 0; warm < PASSES / 4; warm++) pass();
  const began = performance.now();
  let found = 0;
  for (let round = 0; round < PASSES; round++) found += pass();
  const elapsedMs = performance.now() - began;
  if (found !== PASSES * ASKED.length) throw new Error(`${found} gets found their key`);
  return (elapsedMs * 1e6) / found;
}

/** The same with turns of the event loop between. */
async function timeTurns(get: Get): Promise<number> {
  await passWithTurns(get);
  const began = performance.now();
  let found = 0;
  for (let round = 0; round < TURN_PASSES; round++) found += await passWithTurns(get);
  return ((performance.now() - began) * 1e6) / found;
}

async function passWithTurns(get: Get): Promise<number> {
  let found = 0;
  for (let at = 0; at < ASKED.length; at++) {
    if (get(ASKED[at]!) !== undefined) found++;
    if (at % GETS_A_TURN === 0) await turn();
  }
  return found;
}

function timeOwn(policy: 'lru' | 'adaptive'): number {
  const cache = createOwn(policy);
  return timePasses(() => {
    let found = 0;
    for (let at = 0; at < ASKED.length; at++) if (cache.get(ASKED[at]!) !== undefined) found++;
    return found;
  });
}

function timePeer(): number {
  const cache = createPeer();
  return timePasses(() => {
    let found = 0;
    for (let at = 0; at < ASKED.length; at++) if (cache.get(ASKED[at]!) !== undefined) found++;
    return found;
  });
}

const ARMS: Readonly<Record<string, () => number | Promise<number>>> = {
  lru: () => timeOwn('lru'),
  adaptive: () => timeOwn('adaptive'),
  peer: timePeer,
  'adaptive-turns'() {
    const cache = createOwn('adaptive');
    return timeTurns((key) => cache.get(key));
  },
  'peer-turns'() {
    const cache = createPeer();
    return timeTurns((key) => cache.get(key));
  },
};

console.log(JSON.stringify({ nanoseconds: await ARMS[process.argv[2] ?? '']!() }));
