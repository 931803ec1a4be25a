/** What an entry takes beside key and value. */
const ENTRY = 100;
const HEADER = 16;
const REFERENCE = 8;
const BUFFER = 96;
/** Of longer lists so many items are measured, spread evenly, and the rest taken to be like them. */
const MOST_ITEMS = 1_000;

/**
 * About how many bytes a value and its key take, on the high side: strings count two bytes a character, and what is met
 * twice inside one value counts once. Walks what is enumerable, buffers, maps and sets; the time it takes grows with
 * the value, but no list is looked at for more than a thousand of its items.
 */
export function estimateBytes(value: unknown, key: string): number {
  return ENTRY + sizeOfString(key) + sizeOf(value, new Set());
}

function sizeOf(value: unknown, seen: Set<object>): number {
  if (typeof value === 'string') return sizeOfString(value);
  if (typeof value === 'number') return REFERENCE;
  if (typeof value === 'bigint') return HEADER + value.toString(16).length / 2;
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
  seen.add(value);
  return HEADER + sizeOfObject(value, seen);
}

function sizeOfString(text: string): number {
  return HEADER + 2 * text.length;
}

function sizeOfObject(value: object, seen: Set<object>): number {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return BUFFER + value.byteLength;
  if (Array.isArray(value)) return sizeOfItems(value, seen);
  if (value instanceof Map) return 2 * sizeOfItems([...value.keys()], seen) + sizeOfItems([...value.values()], seen);
  if (value instanceof Set) return 2 * sizeOfItems([...value], seen);
  return sizeOfItems(Object.values(value), seen);
}

function sizeOfItems(items: readonly unknown[], seen: Set<object>): number {
  const step = Math.max(1, items.length / MOST_ITEMS);
  let measured = 0;
  let bytes = 0;
  for (let at = 0; at < items.length; at += step) {
    bytes += REFERENCE + sizeOf(items[Math.floor(at)], seen);
    measured++;
  }
  return measured === 0 ? 0 : (bytes / measured) * items.length;
}
