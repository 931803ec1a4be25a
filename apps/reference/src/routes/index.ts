/** The API: schemas and handlers, written once for both modes. @module */
export { activityRoutes } from './activities.ts';
export { authRoutes } from './auth.ts';
export { createAuthorisation } from './authorisation.ts';
export { fileRoutes } from './files.ts';
export { gatewayRoutes } from './gateway.ts';
export { healthRoutes } from './health.ts';
export { keyRoutes } from './keys.ts';
export { messageRoutes } from './messages.ts';
export { refuseBadPath, refuseBrokenHttp, registerProblemDocuments } from './problem-documents.ts';
export { projectRoutes } from './projects.ts';
export { signalRoutes } from './signals.ts';
export { statsRoutes } from './stats.ts';
export { strategyRoutes } from './strategies.ts';
export { usageExportRoutes } from './usage-export.ts';
