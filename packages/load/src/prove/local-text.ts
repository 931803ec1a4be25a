/** A text of a manifest: in one language for all readers, or in each that results can be written in. */
export type LocalText = string | { readonly en: string; readonly 'zh-CN': string };

/** A fact about what was measured: its value alone, named by its key, or with a name to show. */
export type Fact = LocalText | { readonly name: LocalText; readonly value: LocalText };

/** The same change to a text in each of its languages. */
export function mapText(text: LocalText, change: (text: string) => string): LocalText {
  return typeof text === 'string' ? change(text) : { en: change(text.en), 'zh-CN': change(text['zh-CN']) };
}

/** The English of a text, for what is not a result: errors name things by it. */
export function englishText(text: LocalText): string {
  return typeof text === 'string' ? text : text.en;
}
