import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDeadline } from 'millrace/core';
import { Client } from 'pg';
import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './reason.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 60_000;
/** 39 characters, 18 for the run and 6 for the test file are the 63 bytes that Postgres keeps of a name. */
const NAME = /^[a-z][a-z0-9_]{0,38}$/;
const OURS = 'SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1';
const UNFINISHED = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, $1)`;
const UNFINISHED_POLL_MS = 50;
const PREFIX = /^millrace_[0-9a-f]{8}_(f[0-9a-f]{4}_)?$/;

/** Options of `createDatabase`. */
export interface DatabaseOptions {
  /** The database to clone; nobody may be connected to it meanwhile. Default: an empty database. */
  readonly template?: string;
}

/** How clones are made: by copying files, or as the server's default says. */
export type CloneStrategy = 'file_copy' | 'default';

/** The databases of one server whose names start with `prefix`; every other one is out of reach. */
export class Databases {
  readonly #adminUrl: string;
  readonly #prefix: string;
  readonly #strategy: CloneStrategy;

  /** `adminUrl` names a database to give orders from. */
  constructor(adminUrl: string, prefix: string, strategy: CloneStrategy) {
    this.#adminUrl = adminUrl;
    this.#prefix = prefix;
    this.#strategy = strategy;
  }

  url(name: string): string {
    const url = new URL(this.#adminUrl);
    url.pathname = this.#full(name);
    return url.href;
  }

  async create(name: string, { template }: DatabaseOptions = {}): Promise<string> {
    const clone = template === undefined ? 'template0' : this.#full(template);
    const strategy = this.#strategy === 'default' ? '' : ` STRATEGY ${this.#strategy}`;
    await this.#order('create', name, `CREATE DATABASE "${this.#full(name)}" TEMPLATE "${clone}"${strategy}`);
    return this.url(name);
  }

  async drop(name: string): Promise<void> {
    await this.#order('drop', name, `DROP DATABASE IF EXISTS "${this.#full(name)}" WITH (FORCE)`);
  }

  async rename(name: string, to: string): Promise<void> {
    await this.#order('rename', name, `ALTER DATABASE "${this.#full(name)}" RENAME TO "${this.#full(to)}"`);
  }

  async has(name: string): Promise<boolean> {
    const question = 'SELECT 1 FROM pg_database WHERE datname = $1';
    const { rowCount } = await withClient(this.#adminUrl, (client) => client.query(question, [this.#full(name)]));
    return rowCount === 1;
  }

  #full(name: string): string {
    if (!NAME.test(name)) throw SERVICE_ERRORS.create('MILLRACE_SERVICES_NAME_INVALID', { name });
    return this.#prefix + name;
  }

  async #order(action: string, name: string, sql: string): Promise<void> {
    try {
      await withClient(this.#adminUrl, (client) => client.query(sql));
    } catch (error) {
      const context = { action, name, reason: reasonOf(error) };
      throw SERVICE_ERRORS.create('MILLRACE_SERVICES_DATABASE_FAILED', context, error);
    }
  }
}

/** What a run's database names start with on a server that others use too. */
export function newRunPrefix(): string {
  return `millrace_${randomBytes(4).toString('hex')}_`;
}

/**
 * Drops every database whose name starts with `prefix`, which must be one that this file made up, and those that are being
 * made: the server finishes an order whose sender has died.
 */
export async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  if (!PREFIX.test(prefix)) throw SERVICE_ERRORS.create('MILLRACE_SERVICES_NAME_INVALID', { name: prefix });
  using deadline = createDeadline(STATEMENT_TIMEOUT_MS);
  await withClient(adminUrl, async (client) => {
    for (;;) {
      const { rowCount: unfinished } = await client.query(UNFINISHED, [`CREATE DATABASE "${prefix}`]);
      const { rows } = await client.query<{ datname: string }>(OURS, [prefix]);
      for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
      if (unfinished === 0) return;
      await sleep(UNFINISHED_POLL_MS, undefined, { signal: deadline.signal });
    }
  });
}

/** Runs `work` on a connection of its own: between two orders the server sees nothing of us. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'millrace-services',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on('error', () => {}); // The query that is under way rejects with it.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
