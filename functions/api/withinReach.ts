import { isRecorded } from '../../application/eventStore.ts';
import type { Caller } from '../../application/identity.ts';
import type { ContextServices } from '../services.ts';

/** Whether one of these aggregates is the caller's; all are where the caller is no customer. What is not there takes the same requests. */
export const isWithinReach = async (
  { history, ownerOf }: Pick<ContextServices, 'history' | 'ownerOf'>,
  ids: readonly string[],
  { onlyFor }: Pick<Caller, 'onlyFor'>,
): Promise<boolean> => {
  if (onlyFor === undefined) return true;
  const beginnings = await Promise.all(ids.map((id) => history.readBeginning(id)));
  return beginnings.some(
    (found) => isRecorded(found) && ownerOf(found.aggregate, found.aggregateId, found.data) === onlyFor,
  );
};
