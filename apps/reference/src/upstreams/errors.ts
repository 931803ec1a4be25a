import { defineErrors, type ErrorTable } from 'millrace/core';

export type UpstreamErrorCode = 'MILLRACE_REFERENCE_CRS_SETTING' | 'MILLRACE_REFERENCE_CRS_START';

export const ERRORS: ErrorTable<UpstreamErrorCode> = defineErrors({
  MILLRACE_REFERENCE_CRS_SETTING: {
    message: 'the CRS upstream cannot start with {name}={value}',
    mend: 'give {name} {expected}',
  },
  MILLRACE_REFERENCE_CRS_START: {
    message: 'the CRS upstream did not start: {reason}',
    mend: 'run apps/reference/src/upstreams/crs/main.ts by hand to see why',
  },
});
