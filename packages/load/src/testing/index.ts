/** What several folders' tests need; not published. @module */
export { makeCertificate } from './certificate.ts';
