/** The run of one scenario against one target. @module */
export { type LoadOptions, type LoadProgress, runLoad } from './run-load.ts';
