import { ServiceUnavailable } from './serviceUnavailable.ts';

const maximumConflicts = 50;

/**
 * Reads, changes and writes an item that others change, too, again after each conflict. Throws ServiceUnavailable, naming the item,
 * when the conflicts do not end.
 */
export const updateUntilWritten = async <Result>(
  item: string,
  readChangeWrite: () => Promise<Result | 'conflict'>,
): Promise<Result> => {
  for (let conflicts = 0; conflicts < maximumConflicts; conflicts += 1) {
    const written = await readChangeWrite();
    if (written !== 'conflict') return written;
  }
  throw new ServiceUnavailable(item);
};
