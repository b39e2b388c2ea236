/**
 * A service behind is away, throttles, or did not answer in time; the same call may succeed later.
 * Thrown by every port method. `outcomeUnknown`: a write may have taken effect all the same.
 */
export class ServiceUnavailable extends Error {
  override name = 'ServiceUnavailable';
  readonly service: string;
  readonly outcomeUnknown: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    service: string,
    options: { cause?: unknown; outcomeUnknown?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(`${service} is unavailable`, { cause: options.cause });
    this.service = service;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
