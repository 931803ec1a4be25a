import { defineErrors } from 'millrace/core';

const OR_YOUR_OWN = 'or set DATABASE_URL to a Postgres server of your own';

/** Everything that can go wrong while Postgres or Redis is made ready, and how to mend it. */
export const SERVICE_ERRORS = defineErrors({
  MILLRACE_SERVICES_BINARIES_MISSING: {
    message: 'no Postgres binaries for {platform} in node_modules',
    mend: `run \`npm ci\` with optional dependencies on a supported platform, ${OR_YOUR_OWN}`,
  },
  MILLRACE_SERVICES_BINARIES_UNUSABLE: {
    message: 'the Postgres binaries in {folder} do not run as {user}: {reason}',
    mend: `check that the temporary folder allows executables and that the C library is glibc, ${OR_YOUR_OWN}`,
  },
  MILLRACE_SERVICES_START_FAILED: {
    message: '{service} did not start: {reason}',
    mend: 'the reason is the end of its log; free what it lacks (disk, memory, port) and start again',
  },
  MILLRACE_SERVICES_START_TIMEOUT: {
    message: '{service} was not ready after {ms} ms: {reason}',
    mend: 'raise `startTimeoutMs` on a slow machine, or free its processors',
  },
  MILLRACE_SERVICES_STOP_FAILED: {
    message: '{service} left {folder} behind: {reason}',
    mend: 'end the processes that use the folder, then remove it',
  },
  MILLRACE_SERVICES_URL_INVALID: {
    message: '{variable} is not a {scheme} URL',
    mend: 'write it as {example}, or unset {variable} to have a server started',
  },
  MILLRACE_SERVICES_UNREACHABLE: {
    message: 'the server of {variable} did not answer: {reason}',
    mend: 'start that server or correct the address, or unset {variable} to have one started',
  },
  MILLRACE_SERVICES_NAME_INVALID: {
    message: 'database name "{name}" is refused',
    mend: 'use 1 to 39 characters: lower-case letters, digits and _, a letter first',
  },
  MILLRACE_SERVICES_DATABASE_FAILED: {
    message: 'cannot {action} database {name}: {reason}',
    mend: 'close the connections to a template before it is cloned, and give each database its own name',
  },
});
