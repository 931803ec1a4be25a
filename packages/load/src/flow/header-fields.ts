/** Header fields by name. */
type Fields = Readonly<Record<string, string>>;

/** The fields of both; where names are the same but for their case, only the one of `over`. */
export function mergeFields(base: Fields | undefined, over: Fields | undefined): Fields {
  if (base === undefined) return over ?? {};
  if (over === undefined) return base;
  const taken = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const left = Object.entries(base).filter(([name]) => !taken.has(name.toLowerCase()));
  return { ...Object.fromEntries(left), ...over };
}
