import { Histogram } from 'millrace/core';
import type { ErrorClass, StepResult } from '../result/index.ts';

const STATUSES = 1_000;

/** Counts and times of one kind of request while the run goes on. */
export class StepRecorder {
  #sent = 0;
  #ok = 0;
  #interrupted = 0;
  #resent = 0;
  #censored = 0;
  #censoredFromUs = Number.POSITIVE_INFINITY;
  #bodyBytes = 0;
  readonly #errors: Partial<Record<ErrorClass, number>> = {};
  readonly #statuses: Float64Array = new Float64Array(STATUSES);
  readonly #response: Histogram = new Histogram();
  readonly #service: Histogram = new Histogram();
  readonly #firstByte: Histogram = new Histogram();
  readonly #refusedResponse: Histogram = new Histogram();
  readonly #refusedService: Histogram = new Histogram();
  #cutOff: { readonly response: Histogram; readonly service: Histogram } | undefined;

  /** A whole answer. `error` undefined: a success. */
  answered(
    status: number,
    error: ErrorClass | undefined,
    responseMs: number,
    serviceMs: number,
    firstByteMs: number,
    bytes: number,
  ): void {
    this.#sent++;
    this.#bodyBytes += bytes;
    this.#statuses[status] = (this.#statuses[status] as number) + 1;
    this.#response.record(responseMs * 1_000);
    this.#service.record(serviceMs * 1_000);
    this.#firstByte.record(firstByteMs * 1_000);
    if (error === undefined) {
      this.#ok++;
      return;
    }
    this.#count(error);
    this.#refusedResponse.record(responseMs * 1_000);
    this.#refusedService.record(serviceMs * 1_000);
  }

  /** It was written once more. Besides how it ended. */
  resent(): void {
    this.#resent++;
  }

  /** No answer will come: it failed after `responseMs`. */
  broken(error: ErrorClass, sent: boolean, responseMs: number): void {
    if (sent) this.#sent++;
    this.#count(error);
    this.#response.record(responseMs * 1_000);
    this.#refusedResponse.record(responseMs * 1_000);
  }

  /**
   * The run was interrupted before it ended.
   * @param serviceMs time since the write; undefined when it was not written.
   */
  interrupted(responseMs: number, serviceMs: number | undefined): void {
    this.#interrupted++;
    this.#cutOff ??= { response: new Histogram(), service: new Histogram() };
    this.#cutOff.response.record(responseMs * 1_000);
    if (serviceMs === undefined) return;
    this.#sent++;
    this.#cutOff.service.record(serviceMs * 1_000);
  }

  /**
   * Given up while it waited: the response time is known only to be at least `responseMs`.
   * @param serviceMs time since the write, when that is a bound as well (a timeout); undefined otherwise.
   * @param firstByteMs time from the write to the first byte, or a bound of it; undefined when it was not written.
   */
  givenUp(
    error: ErrorClass,
    sent: boolean,
    responseMs: number,
    serviceMs: number | undefined,
    firstByteMs: number | undefined,
  ): void {
    if (sent) this.#sent++;
    this.#count(error);
    this.#censored++;
    this.#response.record(responseMs * 1_000);
    if (serviceMs !== undefined) this.#service.record(serviceMs * 1_000);
    if (firstByteMs !== undefined) this.#firstByte.record(firstByteMs * 1_000);
    this.#censoredFromUs = Math.min(this.#censoredFromUs, (serviceMs ?? responseMs) * 1_000);
  }

  result(): StepResult {
    const statuses: Record<string, number> = {};
    this.#statuses.forEach((count, status) => {
      if (count > 0) statuses[status] = count;
    });
    return {
      sent: this.#sent,
      ok: this.#ok,
      errors: { ...this.#errors },
      interrupted: this.#interrupted,
      ...(this.#cutOff && {
        cutOff: {
          responseTimeUs: this.#cutOff.response.snapshot(),
          serviceTimeUs: this.#cutOff.service.snapshot(),
        },
      }),
      resent: this.#resent,
      statuses,
      censored: this.#censored,
      censoredFromUs: this.#censored === 0 ? 0 : Math.max(1, Math.floor(this.#censoredFromUs)),
      bodyBytes: this.#bodyBytes,
      responseTimeUs: this.#response.snapshot(),
      serviceTimeUs: this.#service.snapshot(),
      firstByteTimeUs: this.#firstByte.snapshot(),
      refusedResponseTimeUs: this.#refusedResponse.snapshot(),
      refusedServiceTimeUs: this.#refusedService.snapshot(),
    };
  }

  #count(error: ErrorClass): void {
    this.#errors[error] = (this.#errors[error] ?? 0) + 1;
  }
}
