import type { FastifyInstance } from 'fastify';
import { activityRoutes } from './activities.ts';
import { authRoutes } from './auth.ts';
import { fileRoutes } from './files.ts';
import { gatewayRoutes } from './gateway.ts';
import { keyRoutes } from './keys.ts';
import { messageRoutes } from './messages.ts';
import { projectRoutes } from './projects.ts';
import { providerKeyRoutes } from './provider-keys.ts';
import { signalRoutes } from './signals.ts';
import { statsRoutes } from './stats.ts';
import { strategyRoutes } from './strategies.ts';
import { usageExportRoutes } from './usage-export.ts';

/** Every group of routes that a user asks, and where it stands. */
const ROUTES = [
  [authRoutes, '/api/v1/auth'],
  [strategyRoutes, '/api/v1/strategies'],
  [signalRoutes, '/api/v1/signals'],
  [keyRoutes, '/api/v1/keys'],
  [statsRoutes, '/api/v1/stats'],
  [projectRoutes, '/api/v1'],
  [fileRoutes, '/api/v1'],
  [activityRoutes, '/api/v1'],
  [usageExportRoutes, '/api/v1/stats'],
  [messageRoutes, '/v1'],
  [gatewayRoutes, '/api/v1'],
  [providerKeyRoutes, '/api/v1'],
] as const;

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** What they all stand on. */
export type RouteParts = Intersection<Parameters<(typeof ROUTES)[number][0]>[0]>;

export async function addRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  for (const [routesOf, prefix] of ROUTES) await app.register(routesOf(parts), { prefix });
}
