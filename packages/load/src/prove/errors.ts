import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the errors that {@link prove} throws. */
export type ProveErrorCode =
  | 'MILLRACE_PROVE_ABLATION_UNKNOWN'
  | 'MILLRACE_PROVE_ARM_DIED'
  | 'MILLRACE_PROVE_ARM_NOT_READY'
  | 'MILLRACE_PROVE_ARM_UNKNOWN'
  | 'MILLRACE_PROVE_COUNTERS_UNREADABLE'
  | 'MILLRACE_PROVE_DIGEST_UNANSWERED'
  | 'MILLRACE_PROVE_MANIFEST_INVALID'
  | 'MILLRACE_PROVE_OPTION_INVALID'
  | 'MILLRACE_PROVE_OVER_BUDGET'
  | 'MILLRACE_PROVE_PORT_IN_USE'
  | 'MILLRACE_PROVE_PROBE_FAILED'
  | 'MILLRACE_PROVE_SCENARIO_UNKNOWN';

/** The proof's errors, their text and how to mend them. */
export const PROVE_ERRORS: ErrorTable<ProveErrorCode> = defineErrors({
  MILLRACE_PROVE_ABLATION_UNKNOWN: {
    message: 'the manifest has no ablation {name} among what was chosen',
    mend: 'choose among those that it has: {known}',
  },
  MILLRACE_PROVE_ARM_DIED: {
    message: 'arm {arm} ended with {status} during {stage}{output}',
    mend: 'run its command by hand with the same environment and read its output',
  },
  MILLRACE_PROVE_ARM_NOT_READY: {
    message: 'arm {arm} did not answer 200 on {url} within {seconds} s{output}',
    mend: 'check `readyPath` and the arm’s output, or raise `readyTimeoutMs`',
  },
  MILLRACE_PROVE_ARM_UNKNOWN: {
    message: 'the manifest has no arm {name}',
    mend: 'choose among those that it has, ablations too: {known}',
  },
  MILLRACE_PROVE_COUNTERS_UNREADABLE: {
    message: 'arm {arm} gave no counters on {url}: {reason}',
    mend: 'answer `{ counters, histograms }` there, or leave `countersPath` out of the manifest',
  },
  MILLRACE_PROVE_DIGEST_UNANSWERED: {
    message: 'arm {arm} did not answer the request {request}: {reason}',
    mend: 'every request of `digests` must be answered, with an error status if need be, within {seconds} s',
  },
  MILLRACE_PROVE_MANIFEST_INVALID: {
    message: 'the manifest cannot be used: {reason}',
    mend: 'correct the manifest',
  },
  MILLRACE_PROVE_OPTION_INVALID: {
    message: 'option {option} is {value}, allowed is {allowed}',
    mend: 'give a value in that range, or leave the option out',
  },
  MILLRACE_PROVE_OVER_BUDGET: {
    message: 'the proof would take {planned} s, the tier {tier} allows {allowed} s',
    mend: 'shorten the phases, or choose fewer scenarios, fewer blocks or a longer tier',
  },
  MILLRACE_PROVE_PORT_IN_USE: {
    message: 'something already listens where arm {arm} should, on {url}{output}',
    mend: 'stop that process, or let the manifest choose another port',
  },
  MILLRACE_PROVE_PROBE_FAILED: {
    message: 'the probe {probe} of the phase {phase} failed against arm {arm}: {reason}',
    mend: 'a probe must count what it finds and throw only when it could not ask; see what the arm answered',
  },
  MILLRACE_PROVE_SCENARIO_UNKNOWN: {
    message: 'the manifest has no scenario {name}',
    mend: 'choose among those that it has: {known}',
  },
});
