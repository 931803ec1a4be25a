import type { NumberFormat } from './number-format.ts';

/** Fills each `{name}` of a text: shares as percent, other numbers as short as they are exact. */
export function fillTemplate(
  text: string,
  values: Readonly<Record<string, string | number>>,
  format: NumberFormat,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== 'number') return value ?? place;
    return /share$/i.test(name) ? format.share(value) : format.plain(value);
  });
}
