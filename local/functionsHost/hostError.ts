/** A start that failed for a reason that its message explains in full, so nobody needs its stack. */
export class HostError extends Error {
  override readonly name = 'HostError';
}
