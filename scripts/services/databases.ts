import { Client } from 'pg';
import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './waiting.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Options of `createDatabase`. */
export interface DatabaseOptions {
  /** The database to clone; nobody may be connected to it meanwhile. Default: an empty database. */
  readonly template?: string;
}

/** The databases of one server whose names start with `prefix`; every other one is out of reach. */
export class Databases {
  readonly #adminUrl: string;
  readonly #prefix: string;

  /** `adminUrl` names a database to give orders from. */
  constructor(adminUrl: string, prefix: string) {
    this.#adminUrl = adminUrl;
    this.#prefix = prefix;
  }

  url(name: string): string {
    const url = new URL(this.#adminUrl);
    url.pathname = this.#full(name);
    return url.href;
  }

  async create(name: string, { template }: DatabaseOptions = {}): Promise<string> {
    const clone = template === undefined ? 'template0' : this.#full(template);
    await this.#order('create', name, `CREATE DATABASE "${this.#full(name)}" TEMPLATE "${clone}"`);
    return this.url(name);
  }

  async drop(name: string): Promise<void> {
    await this.#order('drop', name, `DROP DATABASE IF EXISTS "${this.#full(name)}" WITH (FORCE)`);
  }

  async dropAll(): Promise<void> {
    await withClient(this.#adminUrl, async (client) => {
      const { rows } = await client.query<{ datname: string }>(
        'SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1',
        [this.#prefix],
      );
      for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
    });
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
