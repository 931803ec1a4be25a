import type { Texts } from './texts.ts';

/** Options of the renderers. */
export interface RenderOptions {
  /** Default English. */
  readonly texts?: Texts;
}
