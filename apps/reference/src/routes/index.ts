/** The API: schemas and handlers, written once for both modes. @module */
export { addRoutes } from './all-routes.ts';
export { authRoutes } from './auth.ts';
export { API_KEY_PREFIX, createAuthorisation } from './authorisation.ts';
export { healthRoutes } from './health.ts';
export { messageRoutes } from './messages.ts';
export { refuseBadPath, refuseBrokenHttp, registerProblemDocuments } from './problem-documents.ts';
