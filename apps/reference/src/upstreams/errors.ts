import { defineErrors, type ErrorTable } from 'millrace/core';

export type UpstreamErrorCode =
  | 'MILLRACE_REFERENCE_CRS_SETTING'
  | 'MILLRACE_REFERENCE_CRS_START'
  | 'MILLRACE_REFERENCE_LLM_SETTING'
  | 'MILLRACE_REFERENCE_LLM_START';

export const ERRORS: ErrorTable<UpstreamErrorCode> = defineErrors({
  MILLRACE_REFERENCE_CRS_SETTING: {
    message: 'the CRS upstream cannot start with {name}={value}',
    mend: 'give {name} {expected}',
  },
  MILLRACE_REFERENCE_CRS_START: {
    message: 'the CRS upstream did not start: {reason}',
    mend: 'run apps/reference/src/upstreams/crs/main.ts by hand to see why',
  },
  MILLRACE_REFERENCE_LLM_SETTING: {
    message: 'the language model upstream cannot start with {name}={value}',
    mend: 'give {name} {expected}',
  },
  MILLRACE_REFERENCE_LLM_START: {
    message: 'the language model upstream did not start: {reason}',
    mend: 'run apps/reference/src/upstreams/llm/main.ts by hand to see why',
  },
});
