/** A proof's result for people: terminal, Markdown, HTML, and the progress while it runs. @module */
export { CATALOGUES, type Language } from './catalogues.ts';
export { renderComparisonHtml } from './comparison-html.ts';
export { renderComparisonMarkdown } from './comparison-markdown.ts';
export { renderComparison } from './comparison-table.ts';
export {
  type FindMaxPlan,
  renderFindMaxHead,
  renderFindMaxResult,
  renderFindMaxStep,
} from './find-max-table.ts';
export { renderHtmlReport } from './html-report.ts';
export { renderJunitXml } from './junit-xml.ts';
export type * from './live/index.ts';
export { createLiveDisplay } from './live/index.ts';
export { type LoadHtmlOptions, renderLoadHtml } from './load-html.ts';
export { renderLoadMarkdown } from './load-markdown.ts';
export { type LoadTableOptions, renderLoadTable } from './load-table.ts';
export { renderMarkdownTable } from './markdown-table.ts';
export {
  canOverwrite,
  createProgressDisplay,
  type ProgressDisplay,
  type ProgressOptions,
  type ProgressStream,
} from './progress-display.ts';
export { reasonsText } from './reason-text.ts';
export type { RenderOptions, TerminalOptions } from './render-options.ts';
export { renderSelfTest } from './self-test-table.ts';
export { renderServedArm } from './served-arm.ts';
export { renderTerminalTable } from './terminal-table.ts';
export { EN, type Texts } from './texts.ts';
export { ZH_CN } from './texts-zh-cn.ts';
