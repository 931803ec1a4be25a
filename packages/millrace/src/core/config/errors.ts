import { defineErrors, type ErrorTable } from '../errors.ts';

/** The codes that reading a configuration throws. */
export type ConfigErrorCode = 'MILLRACE_CONFIG_INVALID';

/** Errors of the configuration. */
export const CONFIG_ERRORS: ErrorTable<ConfigErrorCode> = defineErrors({
  MILLRACE_CONFIG_INVALID: {
    message: 'configuration refused: {problems}',
    mend: 'set the variables as each line says; docs/reference/configuration.md lists them all',
  },
});
