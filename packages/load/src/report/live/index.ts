/** What a run shows of itself while it goes on. @module */
export { createLiveDisplay, type LiveDisplay, type LiveDisplayOptions, type LiveStream } from './live-display.ts';
export type { LivePlan } from './live-frame.ts';
