/** Who is asking: tokens checked, passwords hashed, and nothing else held up by it. @module */
export { type AuthSecrets, authSecretsConfig, readAuthSecrets } from './auth-secrets.ts';
export { AUTH_ERRORS, type AuthErrorCode } from './errors.ts';
export { type FastJwtCreateVerifier, type FastJwtOptions, fastJwtVerifier } from './fast-jwt.ts';
export type { Argon2idCost, HashTarget } from './hash-cost.ts';
export { createHashGate, type HashGate } from './hash-gate.ts';
export type { HashGateOptions, HashGateStats, PasswordCheck } from './hash-gate-options.ts';
export { type Jose, type JoseVerifierOptions, joseVerifier } from './jose.ts';
export {
  createLoginGuard,
  type LoginAttempt,
  type LoginGuard,
  type LoginGuardStats,
  type LoginRequest,
} from './login-guard.ts';
export type { LoginCount, LoginGuardOptions, LoginLimit } from './login-guard-options.ts';
export { defineOpaqueTokens, type IssuedToken, type OpaqueTokenOptions, type OpaqueTokens } from './opaque-tokens.ts';
export { definePasswordPolicy, type PasswordPolicy, type PasswordPolicyOptions } from './password-policy.ts';
export {
  createMemoryRevocationLog,
  createPostgresRevocationLog,
  createRevocations,
  type KeyRevocation,
  type ListenPostgresOptions,
  listenPostgres,
  type MemoryRevocationLog,
  type PostgresListener,
  type PostgresQuery,
  type PostgresRevocationLog,
  type PostgresRevocationLogOptions,
  type RevocableClaims,
  type Revocation,
  type RevocationEntry,
  type RevocationFeed,
  type RevocationHints,
  type RevocationLog,
  type RevocationRead,
  type RevocationScope,
  type Revocations,
  type RevocationsOptions,
  type RevocationsStats,
  type RevokeOptions,
  type RevokeSubjectOptions,
  type SubjectRevocation,
  type TokenRevocation,
} from './revocation/index.ts';
export { parseSealKeys, type SealKeys } from './seal/seal-keys.ts';
export { createSealer, type Sealer } from './seal/sealer.ts';
export { createTokenCheck, type TokenCheck } from './token-check.ts';
export type { TokenCheckOptions, TokenVerifier } from './token-check-options.ts';
export type { TokenCheckStats } from './token-check-stats.ts';
export type { TokenClaims } from './token-claims.ts';
