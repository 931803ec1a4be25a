export { Gcra } from './gcra.ts';
export type { Meter } from './meter.ts';
