import { AsyncLocalStorage } from 'node:async_hooks';

const callMs = 4_000;
const deadlines = new AsyncLocalStorage<number>();

export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded';
}

/**
 * Runs a call, and makes no further request for it after its deadline. The client by itself would repeat some failures
 * for ten minutes.
 */
export const withDeadline = <Result>(call: () => Promise<Result>): Promise<Result> =>
  deadlines.run(Date.now() + callMs, call);

/** Throws DeadlineExceeded when the call under way has used up its time. */
export const checkDeadline = (): void => {
  const deadline = deadlines.getStore();
  if (deadline !== undefined && Date.now() > deadline) throw new DeadlineExceeded('Cosmos DB did not answer in time');
};
