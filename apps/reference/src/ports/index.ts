/** What the routes ask for; `baseline` and `optimised` give it. @module */
export type { AccessLog } from './access-log.ts';
export type { Accounts, NewUser, Recorder, Session, User } from './accounts.ts';
export type { Activities, ActivityStatus, AgentActivity, AgentRole } from './activities.ts';
export { ACTIVITY_STATUSES, AGENT_ROLES } from './activities.ts';
export { type ApiKeys, type KeyOwner, type KeyOwners, NO_SESSION } from './api-keys.ts';
export type { FileContent, Files, ProjectFile } from './files.ts';
export type { Gather } from './gathering.ts';
export type { AskWithin, Identities, Identity, SessionEnds } from './identities.ts';
export { type ApiKey, KEY_STATUSES, type KeyStatus, type Keys, type NewApiKey } from './keys.ts';
export type { Limits, Origin, PasswordTry, Standing } from './limits.ts';
export { UNCOUNTED_TRY } from './limits.ts';
export type { Listing, ListQuery, PageRequest, Position, Slice } from './listing.ts';
export {
  type AnswerEvent,
  type AnswerSharing,
  type AnswerStream,
  type Llm,
  type Message,
  MODELS,
  type Model,
  PROVIDER_STATUSES,
  type ProviderState,
  type Question,
  type RequestLog,
  type RequestLogEntry,
  type RequestStatistics,
  type TokenUsage,
} from './llm.ts';
export type { CacheSharing, Metrics, ServedRequest } from './metrics.ts';
export { MAX_BCRYPT_BYTES, NOBODYS_HASH, PASSWORD_COST, type Passwords } from './passwords.ts';
export type { OwnedProject, ProjectRelations } from './project-relations.ts';
export type {
  Member,
  Project,
  ProjectCard,
  ProjectDetail,
  ProjectStatus,
  Projects,
} from './projects.ts';
export { PROJECT_ACTIVITIES_SHOWN, PROJECT_FILES_SHOWN, PROJECT_STATUSES } from './projects.ts';
export type { OwnKeys, ProviderKeys, SealedProviderKey, SealedProviderKeys } from './provider-keys.ts';
export type { Signal, SignalAction, Signals, StrengthLevel } from './signals.ts';
export { SIGNAL_ACTIONS, STRENGTH_LEVELS, strengthLevel } from './signals.ts';
export type {
  KeyTotals,
  KeyUsage,
  LeaderboardEntry,
  LeaderboardOrder,
  Period,
  SignalDay,
  SignalSummary,
  Statistics,
  StrategyOverview,
  Usage,
  UsageFilter,
} from './statistics.ts';
export { LEADERBOARD_ORDERS } from './statistics.ts';
export type { Strategies, Strategy, StrategyStatus, Timeframe } from './strategies.ts';
export { STRATEGY_STATUSES, TIMEFRAMES } from './strategies.ts';
export type {
  AnswerTerm,
  Upstream,
  UpstreamAnswer,
  UpstreamAnswers,
  UpstreamCall,
  UpstreamKeyStats,
  UpstreamTransport,
} from './upstream.ts';
export { UPSTREAM_PATIENCE_MS, UPSTREAM_RETRY_MS, UPSTREAM_TIMEOUT_MS, type UpstreamKey } from './upstream.ts';
export type { ExportFilter, ExportFormat, UsageExport, UsageRecord } from './usage-export.ts';
export { EXPORT_FORMATS } from './usage-export.ts';
