import { accounts as former, type AccountRow } from '../../projections/accounts.ts';
import type { Projection } from '../../projections/projection.ts';

export type { AccountRow };
/** By it the next version's rows are told from those before. */
export const raisedOpenedAt = '2000-01-01T00:00:00.000Z';

/** The accounts of a release that has raised their version. */
export const accounts: Projection<AccountRow> = {
  ...former,
  version: 2,
  former: former,
  evolve: (row, event) => ({ ...former.evolve(row, event), openedAt: raisedOpenedAt }),
};
