export { SharedLimiter } from './shared-limiter.ts';
