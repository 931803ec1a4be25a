import type { Fact, LocalText } from '@millrace/load/prove';
import { inactiveUser, PROFILES, type ProfileName, usernameOf, userPassword } from '../data/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the head of the report is made from. */
export interface FactSource {
  readonly postgres: { readonly version: string; readonly kind: string };
  readonly profile: ProfileName;
  readonly seed: number;
  /** The server that the arm with Redis shares its caches through, its version once it was started; undefined: there is none. */
  readonly redis: { readonly version: string | undefined } | undefined;
  /** Where every arm writes its access log. */
  readonly accessLog: string;
  /** The environment of the one who measures. */
  readonly env: Environment;
}

/** What was measured, on what. */
export function proofFacts({
  postgres,
  redis,
  profile,
  seed,
  accessLog,
  env,
}: FactSource): Readonly<Record<string, Fact>> {
  return {
    database: databaseFact(postgres),
    data: { en: `${profile} profile, seed ${seed}`, 'zh-CN': `${profile} 规模，随机种子 ${seed}` },
    cache: cacheFact(redis, env),
    upstream: {
      en: 'fake key service and language models with the recorded latencies',
      'zh-CN': '模拟的密钥服务与语言模型，按记录的延迟应答',
    },
    'access log': {
      name: { en: 'access log', 'zh-CN': '访问日志' },
      value: {
        en: `a line a request in all arms, to ${accessLog}: what log.sync costs is without the time of a disk`,
        'zh-CN': `各版本每个请求写一行，写入 ${accessLog}：log.sync 的开销不含磁盘耗时`,
      },
    },
    'password hash': {
      name: { en: 'password hash', 'zh-CN': '密码哈希' },
      value: {
        en: 'bcrypt, cost 12, in all arms; in the arm “argon2id” argon2id, 19 MiB, 2 passes',
        'zh-CN': 'bcrypt，cost 12，各版本相同；版本 argon2id 使用 argon2id，19 MiB，2 轮',
      },
    },
  };
}

/** Who may log in to a served arm, and what drives load at it. */
export function proofClients(profile: ProfileName): Exclude<LocalText, string> {
  const [first, last] = [usernameOf(1), usernameOf(inactiveUser(PROFILES[profile]) - 1)];
  const [one, other] = [`${first} / ${userPassword(1)}`, `${usernameOf(2)} / ${userPassword(2)}`];
  return {
    en: `Users log in at /api/v1/auth/token: ${first} to ${last}, such as ${one} and ${other}. Scenarios: apps/reference/load.`,
    'zh-CN': `用户在 /api/v1/auth/token 登录：${first} 至 ${last}，例如 ${one} 与 ${other}。负载场景：apps/reference/load。`,
  };
}

/** A write to the embedded one costs less than to a server that has to survive. */
function databaseFact({ version, kind }: FactSource['postgres']): Fact {
  if (kind !== 'embedded') return `Postgres ${version} (${kind})`;
  return {
    en: `Postgres ${version} (${kind}; in all arms without fsync: no write waits for a disk)`,
    'zh-CN': `Postgres ${version}（${kind}；各版本均关闭 fsync：写入不等待磁盘）`,
  };
}

/** Who has a Redis should not read the figures as if it were used: the proof brings one of its own, or none. */
function cacheFact(redis: FactSource['redis'], env: Environment): LocalText {
  const isSet = Boolean(env.REDIS_URL || env.REDIS_HOST);
  const [unused, unusedZh] = isSet ? ['; the Redis that is set is not used', '；所设置的 Redis 未被使用'] : ['', ''];
  if (redis === undefined) return { en: `memory alone${unused}`, 'zh-CN': `仅内存${unusedZh}` };
  const server = ['Redis', redis.version].filter((word) => word !== undefined).join(' ');
  const en = `memory alone; the arm “redis” shares it through ${server} on the same machine`;
  return { en: en + unused, 'zh-CN': `仅内存；版本 redis 通过同一机器上的 ${server} 共享${unusedZh}` };
}
