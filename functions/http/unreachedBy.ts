import type { FreshRow, Position } from '../../application/queries/freshRows.ts';
import type { ContextServices } from '../services.ts';

/** The first position of another aggregate that the entries of a row cannot reflect, if there is one. */
export const unreachedBy = async (
  freshRows: Pick<ContextServices['freshRows'], 'firstNotReached'>,
  positions: readonly Position[],
  id: string,
  related: readonly string[],
): Promise<Exclude<FreshRow<unknown>, { source: unknown }> | undefined> => {
  const ofOthers = positions.filter(({ aggregateId }) => aggregateId !== id);
  const foreign = ofOthers.find(({ aggregateId }) => !related.includes(aggregateId));
  if (foreign) return { found: 'foreign', position: foreign };
  const notReached = await freshRows.firstNotReached(ofOthers);
  return notReached && { found: 'notReached', position: notReached };
};
