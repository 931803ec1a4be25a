/** The engine for what the fast one does not do, on undici; also the yardstick for it. @module */
export { CompatPool } from './compat-pool.ts';
