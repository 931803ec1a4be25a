import { createSealer, defineOpaqueTokens, type OpaqueTokens, readAuthSecrets, type Sealer } from 'millrace/auth';
import type { Environment, ReadConfigOptions } from 'millrace/core';
import { API_KEY_PREFIX } from './routes/index.ts';

/** What the service does with its secrets. It keeps them nowhere else. */
export interface Secrets {
  /** Makes and finds the API keys that it gives out. */
  readonly keyKind: OpaqueTokens;
  /** Seals the keys that it keeps for others. */
  readonly sealer: Sealer;
}

/**
 * Reads the secrets that are no part of `readServiceConfig`. `TOKEN_PEPPER` may be several, parted by commas: the first one
 * makes hashes, all find them; so with `ENCRYPTION_KEY`, of which the first one seals and all open.
 * @throws MILLRACE_CONFIG_INVALID, MILLRACE_AUTH_OPTION_INVALID
 */
export function readSecrets(env: Environment, options?: ReadConfigOptions): Secrets {
  const { tokenPepper, encryptionKeys } = readAuthSecrets(env, ['tokenPepper', 'encryptionKeys'], options);
  const peppers = tokenPepper.split(',').map((pepper) => pepper.trim());
  const keyKind = defineOpaqueTokens({ prefix: API_KEY_PREFIX, peppers });
  return { keyKind, sealer: createSealer(encryptionKeys) };
}
