/** More parameters than a framework may read: some stop at 1,000 and drop the rest. */
const MAX_PARAMETERS = 100;

interface Parameter {
  readonly text: string;
  /** Undefined when it cannot be told as what a framework reads it. */
  readonly name: string | undefined;
}

/**
 * A query as it counts in a key: only the parameters named in `counted`, or all of them, sorted by name. Nothing is
 * decoded and parameters of one name keep their order, so that two queries which a framework may read differently never
 * become one. A query that cannot be taken apart with certainty counts as it was sent.
 */
export function queryKey(query: string, counted: ReadonlySet<string> | undefined): string {
  if (query === '' || (counted === undefined && !query.includes('&'))) return query;
  // Some frameworks part a query at `;`, and cut it at `#`.
  if (/[;#]/.test(query)) return query;
  const texts = query.split('&');
  if (texts.length > MAX_PARAMETERS) return query;
  const parameters: Parameter[] = [];
  let certain = true;
  for (const text of texts) {
    if (text === '') continue;
    const name = nameOf(text);
    if (name !== undefined && counted !== undefined && !isCounted(name, counted)) continue;
    if (name === undefined) certain = false;
    parameters.push({ text, name });
  }
  if (certain) parameters.sort((a, b) => compare(rootOf(a.name ?? ''), rootOf(b.name ?? '')));
  return parameters.map(({ text }) => text).join('&');
}

/** Whether a query has a parameter of one of `names`, which are in small letters. */
export function namesAny(query: string, names: ReadonlySet<string>): boolean {
  if (query === '') return false;
  return query.split(/[&;#]/).some((text) => names.has(rootOf(nameOf(text) ?? '').toLowerCase()));
}

/** The name as every framework decodes it; `[a]=1`, which some read as `a`, has none. */
function nameOf(text: string): string | undefined {
  const end = text.indexOf('=');
  const raw = (end < 0 ? text : text.slice(0, end)).replaceAll('+', ' ');
  try {
    const name = raw.includes('%') ? decodeURIComponent(raw) : raw;
    return name.startsWith('[') || name.startsWith('.') ? undefined : name;
  } catch {
    return undefined;
  }
}

function isCounted(name: string, counted: ReadonlySet<string>): boolean {
  return counted.has(name) || counted.has(rootOf(name));
}

/** `filter` of `filter[price]` and of `filter.price`, which some frameworks read as parts of one object. */
function rootOf(name: string): string {
  const end = name.search(/[[.]/);
  return end < 0 ? name : name.slice(0, end);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
