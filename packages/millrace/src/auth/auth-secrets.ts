import {
  type Config,
  type ConfigTable,
  defineConfig,
  type Environment,
  type ReadConfigOptions,
  readConfig,
} from '../core/index.ts';
import { parseSealKeys, type SealKeys } from './seal/seal-keys.ts';

const ROWS = {
  encryptionKeys: {
    env: ['ENCRYPTION_KEY'],
    kind: 'string',
    minLength: 43,
    minEntropyBits: 64,
    secret: true,
    generatedInDevelopment: true,
    example: '$(openssl rand -base64 32)',
    meaning: 'seals the secrets that the service keeps for others; several keys parted by commas, the first one seals',
  },
  tokenPepper: {
    env: ['TOKEN_PEPPER'],
    kind: 'string',
    minLength: 32,
    minEntropyBits: 64,
    secret: true,
    generatedInDevelopment: true,
    example: '$(openssl rand -hex 32)',
    meaning: 'without it nobody can tell which token or API key a stored hash belongs to; the same in all processes',
  },
  adminPassword: {
    env: ['ADMIN_PASSWORD'],
    kind: 'string',
    minLength: 12,
    minEntropyBits: 24,
    secret: true,
    generatedInDevelopment: true,
    meaning: 'the password of the first administrator',
  },
} as const;

/** What {@link readAuthSecrets} reads, as a table for the documentation of a service. */
export const authSecretsConfig: ConfigTable<typeof ROWS> = defineConfig(ROWS);

/** The secrets that {@link readAuthSecrets} can read. */
export interface AuthSecrets {
  /** From `ENCRYPTION_KEY`: one or more keys of 32 random bytes, as {@link parseSealKeys} reads them. */
  readonly encryptionKeys: SealKeys;
  /** From `TOKEN_PEPPER`, 32 characters or more. */
  readonly tokenPepper: string;
  /** From `ADMIN_PASSWORD`, 12 characters or more. */
  readonly adminPassword: string;
}

/**
 * Reads the secrets that a service needs from its environment, those alone that it names. One that is missing is made up
 * with a warning in development, and refused where `NODE_ENV` is `production`; so is everywhere one that is short or no
 * random value. Neither messages nor warnings hold a secret or a part of it.
 * @throws `MILLRACE_CONFIG_INVALID` with one line a problem; `MILLRACE_AUTH_OPTION_INVALID` for keys that are malformed.
 * @example
 * const { encryptionKeys } = readAuthSecrets(process.env, ['encryptionKeys']);
 * const sealer = createSealer(encryptionKeys);
 */
export function readAuthSecrets<Name extends keyof AuthSecrets>(
  env: Environment,
  names: readonly Name[],
  options: ReadConfigOptions = {},
): Pick<AuthSecrets, Name> {
  const rows = Object.fromEntries(Object.entries(ROWS).filter(([name]) => names.includes(name as Name)));
  const read = readConfig(defineConfig(rows), env, options) as Partial<Config<typeof ROWS>>;
  const { encryptionKeys, ...texts } = read;
  const keys = encryptionKeys === undefined ? {} : { encryptionKeys: parseSealKeys(encryptionKeys) };
  return Object.freeze({ ...texts, ...keys }) as Pick<AuthSecrets, Name>;
}
