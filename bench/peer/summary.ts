import { SQL, type SQLExecutor } from '@event-driven-io/dumbo';
import { postgreSQLRawSQLProjection } from '@event-driven-io/emmett-postgresql';
import type { AccountEvent } from './account.ts';

/** One row an account, written in the transaction of the append by one statement: Emmett's cheapest kind of view. */
export const summary = postgreSQLRawSQLProjection<AccountEvent>({
  name: 'summaries',
  canHandle: ['AccountOpened', 'MoneyDeposited'],
  init: () => SQL`
    CREATE TABLE IF NOT EXISTS summaries (
      account_id text PRIMARY KEY, customer_id text NOT NULL, currency text NOT NULL,
      balance bigint NOT NULL, version integer NOT NULL
    )`,
  evolve: ({ type, data }) => {
    switch (type) {
      case 'AccountOpened':
        return SQL`INSERT INTO summaries VALUES (${data.accountId}, ${data.customerId}, ${data.currency}, 0, 1)`;
      case 'MoneyDeposited':
        return SQL`
          UPDATE summaries SET balance = ${data.balance}, version = version + 1 WHERE account_id = ${data.accountId}`;
    }
  },
});

type Summary = { customer_id: string; currency: string; balance: string; version: number };

export const findSummary = async (execute: SQLExecutor, accountId: string): Promise<Summary | undefined> => {
  const { rows } = await execute.query<Summary>(SQL`SELECT * FROM summaries WHERE account_id = ${accountId}`);
  return rows[0];
};
