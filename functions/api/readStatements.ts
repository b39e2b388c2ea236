import { createHash } from 'node:crypto';
import { z } from 'zod';
import { instantOf, present } from '../../application/clock.ts';
import { customer } from '../../domain/customer/customer.ts';
import { bankCalendar } from '../../projections/bankTimeZone.ts';
import { transactionAnswer } from '../../projections/book/transactions.ts';
import type { TransactionEntry } from '../../projections/book/entry.ts';
import { customers, fullNameOf } from '../../projections/customers.ts';
import { aggregateId, amount, amountOf, count } from '../../projections/fields.ts';
import { monthsDown, plusMonths, startOf } from '../../projections/months.ts';
import { formatOf, mediaTypes, type MediaType } from '../../statements/formats.ts';
import { presentStatement } from '../../statements/json.ts';
import type { Lines, Statement } from '../../statements/statement.ts';
import { currency } from '../../domain/currency.ts';
import { preferred } from '../http/accept.ts';
import type { Answer } from '../http/answer.ts';
import type { Received } from '../http/endpoint.ts';
import { matchesWeakly } from '../http/entityTags.ts';
import { notFound, problem } from '../http/problem.ts';
import { answerQuery, answerWithoutRow } from '../http/query.ts';
import { atLeast, idRoute, positionsFor, queryHeaders } from '../http/schemas.ts';
import type { Services } from '../services.ts';
import { movingMonths, provisionalMonths, rangeOf, readMonth, settledAt, still, type Month } from './bookMonths.ts';
import { readBook, refuseOtherZone, type ReadBook } from './readBook.ts';
import { renderStatement } from './renderStatement.ts';

const month = z.string().meta({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', examples: ['2026-11'] });
const provisional = z.literal(true).optional().meta({ description: 'Transactions may still be missing' });

export const statementsQuery = z.strictObject({ atLeast: atLeast.optional() });
export const statementRoute = idRoute.extend({
  month: month
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'must be a month, such as 2026-11' })
    .describe('A month of the bank’s time zone'),
});
export const statementHeaders = queryHeaders.extend({ accept: z.string().optional() });

export const statementsBody = z
  .object({
    items: z.array(
      z
        .object({
          month,
          opening: amount,
          closing: amount,
          lines: count.meta({ description: 'The number of transactions' }),
          provisional,
        })
        .meta({ id: 'StatementLine' }),
    ),
  })
  .meta({ id: 'Statements' });

export const statementBody = z
  .object({
    accountId: aggregateId,
    month,
    currency,
    opening: amount,
    closing: amount,
    in: amount.meta({ description: 'The sum of what came in' }),
    out: amount.meta({ description: 'The sum of what went out' }),
    lines: z.array(transactionAnswer).meta({ description: 'Oldest first; reversedBy is not shown' }),
    provisional,
  })
  .meta({ id: 'Statement' });

type AskedList = Received<typeof idRoute, typeof statementsQuery, typeof queryHeaders>;
type AskedOne = Received<typeof statementRoute, typeof statementsQuery, typeof statementHeaders>;

/** Three requests at most beside that for the row, whatever the number of events: months, and the newest version. */
export const readStatements = async (services: Services, received: AskedList): Promise<Answer> => {
  const { params, query, headers, caller } = received;
  const read = await readBook(services, params.id, query.atLeast, caller.onlyFor);
  if ('refusal' in read) return read.refusal;
  const otherZone = refuseOtherZone(read, services.log);
  if (otherZone) return otherZone;

  const moving = [...(await movingMonths(services, read))];
  const isProvisional = provisionalMonths(services, read);
  const { first, last } = rangeOf(read, present(services.clock));
  const items: object[] = [];
  for (const name of monthsDown(first, last)) {
    const [newest] = moving;
    const own = newest?.month === name ? newest : still(name, newest);
    if (own === newest) moving.shift();
    items.push({ ...lineOf(read, own), ...((await isProvisional(name)) && { provisional: true }) });
  }
  return answerQuery({ items }, headers['if-none-match'], { source: read.source });
};

const lineOf = ({ book }: ReadBook, { month: name, opening, closing, lines }: Month) => ({
  month: name,
  opening: amountOf(opening, book.currency),
  closing: amountOf(closing, book.currency),
  lines,
});

export const readStatement = async (services: Services, received: AskedOne): Promise<Answer> => {
  const { params, query, headers, caller } = received;
  const mediaType = preferred(headers.accept, mediaTypes);
  if (!mediaType) return problem('NotAcceptable', { detail: `A statement is one of ${mediaTypes.join(', ')}.` });
  const read = await readBook(services, params.id, query.atLeast, caller.onlyFor);
  if ('refusal' in read) return read.refusal;
  const otherZone = refuseOtherZone(read, services.log);
  if (otherZone) return otherZone;
  const { first, last } = rangeOf(read, present(services.clock));
  if (params.month < first || params.month > last) return notFound();

  const own = await readMonth(services, read, params.month);
  const { isDocument, maximumLines = Infinity } = formatOf(mediaType);
  if (own.lines > maximumLines) return tooLong(`As ${mediaType} it has ${maximumLines} lines at most.`);
  const owner = isDocument ? await readOwner(services, received, read) : { name: undefined };
  if ('refusal' in owner) return owner.refusal;
  const isProvisional = await provisionalMonths(services, read)(params.month);
  const statement = statementOf(services, read, own, { isProvisional, owner: owner.name });
  const tag = tagOf(statement, mediaType);
  const about = { etag: `"${tag}"`, vary: 'Accept', 'daybook-source': read.source };
  if (matchesWeakly(headers['if-none-match'], tag)) return { status: 304, headers: about };

  const content = await renderStatement(services, statement, linesOf(services, read, own), mediaType);
  if (content === 'tooLarge') return tooLong('Its file would be over 100 MB.');
  if (content === 'tooLate') return busy();
  return { status: 200, headers: { ...about, ...fileHeaders(statement, mediaType) }, content };
};

const tooLong = (detail: string): Answer => problem('StatementTooLong', { detail });

/** The name of the account's owner, once the view of customers has it. */
const readOwner = async (
  { freshRows }: Services,
  { query, caller }: AskedOne,
  { id, book }: ReadBook,
): Promise<{ readonly name: string | undefined } | { readonly refusal: Answer }> => {
  const others = positionsFor(id, query.atLeast).filter((position) => position.aggregateId !== id);
  const row = await freshRows.read(customers, customer.name, book.customerId, others, caller.onlyFor);
  if (!('source' in row)) return { refusal: answerWithoutRow(row) };
  return { name: fullNameOf(row.found.row) };
};

const statementOf = (
  { clock }: Services,
  { id, book }: ReadBook,
  { month: name, opening, closing, lines, in: received }: Month,
  { isProvisional, owner }: Pick<Statement, 'isProvisional' | 'owner'>,
): Statement => ({
  accountId: id,
  month: name,
  currency: book.currency,
  opening,
  closing,
  in: BigInt(received),
  out: BigInt(opening) + BigInt(received) - BigInt(closing),
  lines,
  isProvisional,
  from: startOf(bankCalendar, name),
  until: startOf(bankCalendar, plusMonths(name, 1)),
  asOf: isProvisional ? instantOf(clock.now()) : settledAt(name),
  owner,
  ...bankCalendar,
});

/** The statement's summary tells whether anything else in it has changed: entries of transactions are final. */
const tagOf = (statement: Statement, mediaType: MediaType): string => {
  const { isProvisional, asOf, owner, lines } = statement;
  const ofDocument = formatOf(mediaType).isDocument ? [asOf, owner] : [];
  const content = [mediaType, presentStatement(statement), lines, isProvisional, ...ofDocument];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
};

const fileHeaders = ({ accountId, month: name, isProvisional }: Statement, mediaType: MediaType) => {
  const { contentType, extension } = formatOf(mediaType);
  const file = `${accountId}-${name}${isProvisional ? '-provisional' : ''}.${extension}`;
  return { 'content-type': contentType, 'content-disposition': `inline; filename="${file}"` };
};

const pageSize = 1_000;

/** The transactions of a month, oldest first, page by page. */
async function* linesOf({ searches }: Services, { generation, id }: ReadBook, { versions }: Month): Lines {
  if (!versions) return;
  const [first, last] = versions;
  for (let from = first; from <= last;) {
    const { items, next } = await searches.entries(generation, id, {
      where: [
        ['entry.version', '>=', from],
        ['entry.version', '<=', last],
      ],
      orderBy: [['entry.version', 'ascending']],
      after: undefined,
      limit: pageSize,
    });
    const page = items as readonly TransactionEntry[];
    yield page;
    if (!next) return;
    from = (page.at(-1)?.version ?? last) + 1;
  }
}

const busy = (): Answer =>
  problem('ServiceUnavailable', {
    detail: 'This instance makes other long statements at this moment, or this one took too long. Try again later.',
    headers: { 'retry-after': '5' },
  });
