/** A text of a manifest: in one language for all readers, or in each that results can be written in. */
export type LocalText = string | { readonly en: string; readonly 'zh-CN': string };

/** A fact about what was measured: its value alone, named by its key, or with a name to show. */
export type Fact = LocalText | { readonly name: LocalText; readonly value: LocalText };

/** The English of a text, for what is not a result: errors and progress name things by it. */
export function englishText(text: LocalText): string {
  return typeof text === 'string' ? text : text.en;
}
