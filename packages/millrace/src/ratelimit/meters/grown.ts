/** The numbers, with room for more. */
export function grown(old: Float64Array, length: number): Float64Array {
  const array = new Float64Array(length);
  array.set(old);
  return array;
}
