import { EN, type Texts } from './texts.ts';
import { ZH_CN } from './texts-zh-cn.ts';

/** A language that results can be written in; BCP 47. */
export type Language = 'en' | 'zh-CN';

/** The words of each language. */
export const CATALOGUES: Readonly<Record<Language, Texts>> = { en: EN, 'zh-CN': ZH_CN };
