export { Bans } from './bans.ts';
export { type HeavyHitterOptions, HeavyHitters } from './heavy-hitters.ts';
export { ShadowMeter } from './shadow-meter.ts';
export { type BanRule, checkBanRule, MAX_BAN_MS, Strikes } from './strikes.ts';
