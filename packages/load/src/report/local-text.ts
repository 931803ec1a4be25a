import type { LocalText } from '../prove/index.ts';
import type { Texts } from './texts.ts';

/** A manifest's text in the language of a catalogue; one that the manifest gave in one language stays as it is. */
export function localText(text: LocalText, { language }: Texts): string {
  if (typeof text === 'string') return text;
  return language === 'zh-CN' ? text['zh-CN'] : text.en;
}
