/** Text that is markup already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Template tag for HTML and SVG: every value is escaped, in text and in quoted attributes alike, unless it is markup
 * made by this tag. Lists are joined, `undefined` and `null` are left out.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const parts = strings.map((text, i) => (i === 0 ? text : toText(values[i - 1]) + text));
  return new Markup(parts.join(''));
}

function toText(value: unknown): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(toText).join('');
  if (value === undefined || value === null) return '';
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
