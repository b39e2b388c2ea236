import type { View } from '../../eventSourcing/view.ts';
import { accounts as former, type AccountRow } from '../../projections/accounts.ts';

export type { AccountRow };
/** It tells the rows of the next version from those before. */
export const raisedOpenedAt = '2000-01-01T00:00:00.000Z';

/** The accounts of a release that has raised their version. */
export const accounts: View<AccountRow> = {
  ...former,
  version: former.version + 1,
  former: former,
  evolve: (row, event) => ({ ...former.evolve(row, event), openedAt: raisedOpenedAt }),
};
