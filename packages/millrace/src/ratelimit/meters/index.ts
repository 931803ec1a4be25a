export { createMeter } from './create-meter.ts';
export { Gcra } from './gcra.ts';
export type { Meter, MeterLimit, Unused } from './meter.ts';
