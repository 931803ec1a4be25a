import { defineErrors, type ErrorTable } from 'millrace/core';

/** Why the service does not start. */
export type StartErrorCode =
  | 'MILLRACE_REFERENCE_DATABASE_UNSET'
  | 'MILLRACE_REFERENCE_DATABASE_UNREACHABLE'
  | 'MILLRACE_REFERENCE_DATABASE_INDEXES'
  | 'MILLRACE_REFERENCE_PORT_TAKEN'
  | 'MILLRACE_REFERENCE_LISTEN_FAILED'
  | 'MILLRACE_REFERENCE_SWITCH_UNKNOWN'
  | 'MILLRACE_REFERENCE_SWITCHES_EXCLUDE'
  | 'MILLRACE_REFERENCE_SCHEME_EXCLUDED'
  | 'MILLRACE_REFERENCE_CRS_ACCESS'
  | 'MILLRACE_REFERENCE_LLM_ACCESS'
  | 'MILLRACE_REFERENCE_ACCESS_LOG'
  | 'MILLRACE_REFERENCE_REDIS_MISSING';

export const START_ERRORS: ErrorTable<StartErrorCode> = defineErrors({
  MILLRACE_REFERENCE_DATABASE_UNSET: {
    message: 'DATABASE_URL is not set',
    mend: 'set it to the URL of a Postgres database that holds the reference data, or run `npm start`, which brings one',
  },
  MILLRACE_REFERENCE_DATABASE_UNREACHABLE: {
    message: 'the database of DATABASE_URL cannot be used: {reason}',
    mend: 'start Postgres there, load the schema, or correct DATABASE_URL',
  },
  MILLRACE_REFERENCE_DATABASE_INDEXES: {
    message: 'the switches need a database with the index set "{wanted}", and this one has "{has}"',
    mend: 'change REFERENCE_SWITCHES (db.no-index: "none", db.key-indexes-only: "keys", neither: "all"; without db.no-totals: "totals"), or give a database with that set of apps/reference/src/data',
  },
  MILLRACE_REFERENCE_PORT_TAKEN: {
    message: 'port {port} of {host} is in use',
    mend: 'stop what listens there, or set PORT to another one (0: any free one)',
  },
  MILLRACE_REFERENCE_LISTEN_FAILED: {
    message: 'cannot listen on port {port} of {host}: {reason}',
    mend: 'set HOST to an address of this machine and PORT to a port that this user may open',
  },
  MILLRACE_REFERENCE_SWITCH_UNKNOWN: {
    message: 'REFERENCE_SWITCHES names "{word}", which is no switch',
    mend: 'use {presets}, or a comma list of {known}',
  },
  MILLRACE_REFERENCE_SWITCHES_EXCLUDE: {
    message: 'REFERENCE_SWITCHES turns on both {first} and {second}, of which only one can be',
    mend: 'leave one of them out',
  },
  MILLRACE_REFERENCE_SCHEME_EXCLUDED: {
    message: 'PASSWORD_SCHEME is {scheme}, and the switch {byHand} knows bcrypt alone',
    mend: 'leave one of them out',
  },
  MILLRACE_REFERENCE_CRS_ACCESS: {
    message: 'CRS_URL is set without CRS_ADMIN_USER and CRS_ADMIN_SECRET, or they without it',
    mend: 'set all three, or none of them to run without a key service',
  },
  MILLRACE_REFERENCE_LLM_ACCESS: {
    message: 'LLM_URL is set without LLM_API_KEY, or it without LLM_URL',
    mend: 'set both, or neither to run without language models',
  },
  MILLRACE_REFERENCE_ACCESS_LOG: {
    message: 'ACCESS_LOG names {file}, which cannot be opened: {reason}',
    mend: 'name a file that this user may write, or none',
  },
  MILLRACE_REFERENCE_REDIS_MISSING: {
    message: 'an arm needs a Redis server, and there is none on the PATH',
    mend: 'install redis-server or valkey-server',
  },
});
