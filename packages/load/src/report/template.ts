import type { NumberFormat } from './number-format.ts';

/** Fills each `{name}` of a text: shares as percent, counts in full, other numbers in three digits. */
export function fillTemplate(
  text: string,
  values: Readonly<Record<string, string | number>>,
  format: NumberFormat,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== 'number') return value ?? place;
    if (/share$/i.test(name)) return format.share(value);
    return format.plain(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
  });
}
