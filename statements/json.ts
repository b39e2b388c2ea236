import { presentTransaction } from '../projections/book/transactions.ts';
import { amountOf } from '../projections/fields.ts';
import type { Lines, Statement } from './statement.ts';

/** The members of a statement but its lines, as the API shows them. */
export const presentStatement = (statement: Statement) => {
  const { accountId, month, currency } = statement;
  const amounts = (['opening', 'closing', 'in', 'out'] as const).map((name) => [
    name,
    amountOf(statement[name], currency),
  ]);
  return { accountId, month, currency, ...(Object.fromEntries(amounts) as Record<string, object>) };
};

/** Writes the one object piece by piece. */
export async function* writeJson(statement: Statement, lines: Lines): AsyncIterable<string> {
  yield `${JSON.stringify(presentStatement(statement)).slice(0, -1)},"lines":[`;
  let separator = '';
  for await (const page of lines) {
    if (page.length === 0) continue;
    yield separator + page.map((line) => JSON.stringify(presentTransaction(line))).join(',');
    separator = ',';
  }
  yield statement.isProvisional ? '],"provisional":true}' : ']}';
}
