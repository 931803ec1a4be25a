import type { Random } from 'millrace/core';

/** One of `values`, each as likely as the next. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  return values[random.int(values.length)] as T;
}

/** One of the keys of `shares`, which add up to 1, each as likely as its share. */
export function byShare<K extends string>(shares: Readonly<Record<K, number>>, random: Random): K {
  const keys = Object.keys(shares) as K[];
  let point = random.next();
  for (const key of keys) {
    point -= shares[key];
    if (point < 0) return key;
  }
  return keys[keys.length - 1] as K;
}

/** A number in [low, high) with `digits` decimals. */
export function decimal(low: number, high: number, digits: number, random: Random): number {
  const scale = 10 ** digits;
  return Math.round((low + random.next() * (high - low)) * scale) / scale;
}
