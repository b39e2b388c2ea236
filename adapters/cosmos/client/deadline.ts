import { AsyncLocalStorage } from 'node:async_hooks';

const callMs = 4_000;
const deadlines = new AsyncLocalStorage<number>();

export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded';
}

/**
 * Runs a call after whose deadline no further request is made for it. The client by itself would repeat some failures
 * for ten minutes.
 */
export const withDeadline = <Result>(call: () => Promise<Result>): Promise<Result> =>
  deadlines.run(Date.now() + callMs, call);

/** Throws DeadlineExceeded when the call that is under way has had its time. */
export const checkDeadline = (): void => {
  const deadline = deadlines.getStore();
  if (deadline !== undefined && Date.now() > deadline) throw new DeadlineExceeded('Cosmos DB did not answer in time');
};
