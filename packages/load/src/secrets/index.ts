/** What lets somebody in is neither printed nor written. @module */
export { maskSecrets } from './mask-secrets.ts';
export { tellable, tellableReason } from './tellable.ts';
