import { defineOpaqueTokens, type OpaqueTokens, readAuthSecrets } from 'millrace/auth';
import type { Environment, ReadConfigOptions } from 'millrace/core';
import { API_KEY_PREFIX } from './routes/index.ts';

/** What the service does with its secrets. It keeps them nowhere else. */
export interface Secrets {
  /** Makes and finds the API keys that it gives out. */
  readonly keyKind: OpaqueTokens;
}

/**
 * Reads the secrets that are no part of `readServiceConfig`. `TOKEN_PEPPER` may be several, parted by commas: the first one
 * makes hashes, all find them.
 * @throws MILLRACE_CONFIG_INVALID, MILLRACE_AUTH_OPTION_INVALID
 */
export function readSecrets(env: Environment, options?: ReadConfigOptions): Secrets {
  const { tokenPepper } = readAuthSecrets(env, ['tokenPepper'], options);
  const peppers = tokenPepper.split(',').map((pepper) => pepper.trim());
  return { keyKind: defineOpaqueTokens({ prefix: API_KEY_PREFIX, peppers }) };
}
