/** What a text is where it stands: itself, or what it says of its parameters. */
interface Leaf {
  readonly text: string;
  /** How many parameters; 0 for a plain text. */
  readonly parameters: number;
  /** `{name}` places and the parameters that it says, sorted. */
  readonly places: readonly string[];
}

/** Stands for any argument: says its own name, however it is read. */
function createMark(name: string): unknown {
  return new Proxy(() => {}, {
    get: (_, key) => (typeof key === 'symbol' ? () => `⟦${name}⟧` : createMark(`${name}.${key}`)),
    apply: () => createMark(`${name}()`),
  });
}

function toLeaf(value: string | ((...values: unknown[]) => string)): Leaf {
  const parameters = typeof value === 'string' ? 0 : value.length;
  const marks = Array.from({ length: parameters }, (_, index) => createMark(String(index)));
  const text = typeof value === 'string' ? value : value(...marks);
  const places = new Set(text.match(/\{\w+\}|⟦[^⟧]*⟧/g));
  return { text, parameters, places: [...places].sort() };
}

function leavesOf(value: unknown, path: string): [string, Leaf][] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, toLeaf(value as string)]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`));
}

/** Symbols, units and percentiles read the same in every language. */
const SAME_EVERYWHERE = /^(?:[^\p{L}]|\{\w+\}|⟦[^⟧]*⟧|\b(?:P\d+|m?s|KB|MB|GB)\b)*$/u;

/** Where a catalogue and its English disagree: one line a problem. */
export function compareCatalogues(english: unknown, other: unknown): string[] {
  const wanted = new Map(leavesOf(english, ''));
  const present = new Map(leavesOf(other, ''));
  const problems: string[] = [];
  for (const key of wanted.keys()) if (!present.has(key)) problems.push(`${key} is missing`);
  for (const [key, leaf] of present) {
    const source = wanted.get(key);
    if (source === undefined) problems.push(`${key} is not in English`);
    else problems.push(...compareLeaf(key, source, leaf));
  }
  return problems;
}

function compareLeaf(key: string, english: Leaf, other: Leaf): string[] {
  if (other.text.trim() === '' && english.text.trim() !== '') return [`${key} is empty`];
  if (other.parameters !== english.parameters)
    return [`${key} takes ${other.parameters} parameters, in English ${english.parameters}`];
  const [said, wanted] = [other.places.join(' '), english.places.join(' ')];
  if (said !== wanted) return [`${key} says the parameters ${said || 'none'}, in English ${wanted || 'none'}`];
  if (other.text === english.text && !SAME_EVERYWHERE.test(other.text)) return [`${key} is not translated`];
  return [];
}
