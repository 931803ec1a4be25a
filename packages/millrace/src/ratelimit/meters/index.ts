export { createMeter } from './create-meter.ts';
export { Gcra } from './gcra.ts';
export type { Meter, MeterLimit } from './meter.ts';
