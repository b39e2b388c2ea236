/** A start that fails for a reason which its message explains in full: shown without a stack. */
export class HostError extends Error {
  override readonly name = 'HostError';
}
