/** The options that say where Redis is, in both styles. */
export interface RedisOptions {
  readonly redisUrl?: string | undefined;
  readonly redisHost?: string | undefined;
  readonly redisPort?: number | undefined;
  readonly redisPassword?: string | undefined;
  readonly redisDb?: number | undefined;
}

const VARIABLES = {
  redisHost: 'REDIS_HOST',
  redisPort: 'REDIS_PORT',
  redisPassword: 'REDIS_PASSWORD',
  redisDb: 'REDIS_DB',
} as const;

type Part = keyof typeof VARIABLES;

/** What contradicts itself among the Redis options that were set. The password is never told. */
export function redisContradictions(given: RedisOptions): readonly string[] {
  const parts = (Object.keys(VARIABLES) as Part[]).filter((part) => given[part] !== undefined);
  if (given.redisUrl === undefined) {
    if (given.redisHost !== undefined) return [];
    return parts.map(
      (part) => `${VARIABLES[part]} is set without a host; allowed: with REDIS_HOST; set REDIS_HOST=127.0.0.1`,
    );
  }
  const url = partsOf(given.redisUrl);
  return parts
    .filter((part) => (part === 'redisHost' ? withoutBrackets(given.redisHost ?? '') : given[part]) !== url[part])
    .map((part) => {
      const values = part === 'redisPassword' ? '' : ` (${given[part]} against ${url[part]})`;
      return `${VARIABLES[part]} contradicts REDIS_URL${values}; allowed: the same value; remove ${VARIABLES[part]} or REDIS_URL`;
    });
}

function partsOf(redisUrl: string): Required<Pick<RedisOptions, Part>> {
  const url = new URL(redisUrl);
  return {
    redisHost: withoutBrackets(url.hostname),
    redisPort: Number(url.port || 6379),
    redisPassword: url.password === '' ? undefined : decoded(url.password),
    redisDb: Number(url.pathname.slice(1) || 0),
  };
}

/** One URL for either style, or undefined when neither names a Redis. */
export function redisUrlOf(options: RedisOptions): string | undefined {
  const { redisUrl, redisHost, redisPort, redisPassword, redisDb } = options;
  if (redisUrl !== undefined || redisHost === undefined) return redisUrl;
  const password = redisPassword === undefined ? '' : `:${encodeURIComponent(redisPassword)}@`;
  const host = redisHost.includes(':') ? `[${withoutBrackets(redisHost)}]` : redisHost;
  return `redis://${password}${host}:${redisPort ?? 6379}/${redisDb ?? 0}`;
}

/** An IPv6 address stands in brackets in a URL and often without them in REDIS_HOST. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
