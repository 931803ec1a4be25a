/** Hits of a cache that knows the future and gives up what is asked for latest (Bélády 1966), or does not take the new one. */
export function optimalHits(keys: Int32Array, capacity: number): number {
  const nextUse = nextUses(keys);
  /** The next use of each key held. */
  const held = new Map<number, number>();
  const latest = new LatestFirst();
  let hits = 0;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    if (held.has(key)) hits++;
    held.set(key, nextUse[at]!);
    latest.push(nextUse[at]!, key);
    while (held.size > capacity) {
      const [use, farthest] = latest.pop();
      if (held.get(farthest) === use) held.delete(farthest);
    }
  }
  return hits;
}

/** By request: when its key is asked for next; later than the last request when never again. */
function nextUses(keys: Int32Array): Int32Array {
  const next = new Int32Array(keys.length);
  const seen = new Map<number, number>();
  for (let at = keys.length - 1; at >= 0; at--) {
    const key = keys[at]!;
    next[at] = seen.get(key) ?? keys.length + at;
    seen.set(key, at);
  }
  return next;
}

/** A binary heap of uses with their keys; what is out of date is noticed when it comes up. */
class LatestFirst {
  readonly #heap: [number, number][] = [];

  push(use: number, key: number): void {
    const heap = this.#heap;
    let at = heap.push([use, key]) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]![0] >= heap[at]![0]) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  pop(): [number, number] {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return top;
      const right = left + 1;
      const child = right < heap.length && heap[right]![0] > heap[left]![0] ? right : left;
      if (heap[at]![0] >= heap[child]![0]) return top;
      swap(heap, at, child);
      at = child;
    }
  }
}

function swap<Item>(items: Item[], a: number, b: number): void {
  [items[a], items[b]] = [items[b]!, items[a]!];
}
