/**
 * Freezes `value` and all plain data in it. What JavaScript cannot freeze (the bytes of a buffer, the contents of a
 * Map, Set or Date) stays as it is.
 */
export function deepFreeze<T>(value: T): T {
  const open: unknown[] = [value];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next) || seen.has(next)) continue;
    seen.add(next);
    Object.freeze(next);
    for (const key of Reflect.ownKeys(next)) open.push(Object.getOwnPropertyDescriptor(next, key)?.value);
  }
  return value;
}
