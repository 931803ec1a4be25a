import type { FailureReason, FlowResult, StepResult } from './result.ts';

/** The figures of a flow or a group, from what was counted of it as of a request. */
export function toFlowResult(counted: StepResult, reasons: readonly FailureReason[] = []): FlowResult {
  const { ok, errors, interrupted, cutOff, censored, censoredFromUs } = counted;
  const { responseTimeUs, serviceTimeUs, refusedResponseTimeUs, refusedServiceTimeUs } = counted;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return {
    ...{ planned: ok + failed + interrupted, ok, failed, interrupted, unstarted: errors.unsent ?? 0 },
    ...(cutOff && { cutOff }),
    ...{ censored, censoredFromUs, responseTimeUs, serviceTimeUs, refusedResponseTimeUs, refusedServiceTimeUs },
    reasons,
  };
}
