/** A text of a manifest: in one language for all readers, or in each that results can be written in. */
export type LocalText = string | { readonly en: string; readonly 'zh-CN': string };
