/** What would be lost by writing a value, and where in it. */
export interface Loss {
  readonly problem: string;
  /** Names and indexes, from the outside in. */
  readonly path: (string | number)[];
}

/** What a format keeps. Each answers what would be lost, or undefined when nothing is. */
export interface Keeping {
  /** Of a value that is neither an object nor null. */
  leaf(value: unknown): string | undefined;
  /** Of an object that is neither an array nor plain; when it is kept, what it holds. */
  exotic(value: object): string | readonly unknown[];
  /** Of the name of a property. */
  name(name: string): string | undefined;
}

/** Far below what overflows the stack of JSON.stringify. */
const MAX_DEPTH = 500;

/**
 * The first thing that a format would lose of a value. A property that is undefined counts as one that is not there.
 * What no format keeps is not looked for: properties of arrays, properties that are not enumerable, and whether two
 * places hold the same object.
 */
export function findLoss(value: unknown, keeping: Keeping): Loss | undefined {
  return new Search(keeping).look(value);
}

class Search {
  readonly #keeping: Keeping;
  readonly #above: object[] = [];

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  look(value: unknown): Loss | undefined {
    if (value === null) return undefined;
    if (typeof value !== 'object') return lossOf(this.#keeping.leaf(value));
    if (this.#above.includes(value)) return lossOf('a circle');
    if (this.#above.length >= MAX_DEPTH) return lossOf(`more than ${MAX_DEPTH} levels`);
    this.#above.push(value);
    const loss = this.#lookInside(value);
    this.#above.pop();
    return loss;
  }

  #lookInside(value: object): Loss | undefined {
    const prototype: object | null = Object.getPrototypeOf(value);
    if (Array.isArray(value) && (prototype === Array.prototype || isForeign(prototype, 'Array'))) {
      return this.#lookAtEach(value);
    }
    if (prototype === Object.prototype || prototype === null || isForeign(prototype, 'Object')) {
      return this.#lookAtProperties(value as PlainObject);
    }
    const held = this.#keeping.exotic(value);
    return typeof held === 'string' ? lossOf(held) : this.#lookAtEach(held);
  }

  #lookAtEach(values: readonly unknown[]): Loss | undefined {
    for (let index = 0; index < values.length; index++) {
      const loss = this.look(values[index]);
      if (loss !== undefined) return within(index, loss);
    }
    return undefined;
  }

  #lookAtProperties(value: PlainObject): Loss | undefined {
    const [symbol] = Object.getOwnPropertySymbols(value);
    if (symbol !== undefined) return lossOf('a property named by a symbol');
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member === undefined) continue;
      const loss = lossOf(this.#keeping.name(name)) ?? this.look(member);
      if (loss !== undefined) return within(name, loss);
    }
    return undefined;
  }
}

type PlainObject = Readonly<Record<string, unknown>>;

/** Whether it is the prototype of that name of another realm, such as the one a test runner makes for each file. */
function isForeign(prototype: object | null, name: 'Array' | 'Object'): boolean {
  if (prototype === null || !Object.hasOwn(prototype, 'constructor')) return false;
  const maker: unknown = prototype.constructor;
  if (typeof maker !== 'function' || maker.name !== name || maker.prototype !== prototype) return false;
  return Function.prototype.toString.call(maker).endsWith('{ [native code] }');
}

function lossOf(problem: string | undefined): Loss | undefined {
  return problem === undefined ? undefined : { problem, path: [] };
}

function within(step: string | number, loss: Loss): Loss {
  loss.path.unshift(step);
  return loss;
}

/** What an object is, for an error: the name of its class. */
export function kindOf(value: object): string {
  const maker: unknown = value.constructor;
  const name = typeof maker === 'function' ? maker.name : '';
  return name === '' ? 'an object of a class' : `an object of the class ${name.slice(0, 50)}`;
}

/** Longest path that an error shows. */
const MAX_PATH = 200;

/** A path as one would write it: `value.users[3].born`. */
export function writePath(root: string, path: readonly (string | number)[]): string {
  let text = root;
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    if (text.length > MAX_PATH) return `${text.slice(0, MAX_PATH)}…`;
  }
  return text;
}
