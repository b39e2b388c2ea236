import Builder from 'fast-xml-builder';
import { formatAmount, type Money } from '../domain/money.ts';
import type { TransactionEntry } from '../projections/book/entry.ts';
import { firstDayOf, lastDayOf } from '../projections/months.ts';
import type { Lines, Statement } from './statement.ts';

/**
 * A Bank to Customer Statement of ISO 20022, camt.053.001.08. The schema fixes the order of elements, and the builder writes members in
 * the order in which they stand here.
 */
const builder = new Builder({ ignoreAttributes: false });

/** The builder leaves out members without a value. */
type Element = string | { readonly [name: string]: Element | readonly Element[] | undefined };

const xml = (element: Element): string => builder.build(element);

/** XML 1.0 cannot hold these, not even as references. */
const unwritable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** What people wrote, as far as an element takes it. */
const written = (text: string, maximum: number): string =>
  Array.from(text).slice(0, maximum).join('').replace(unwritable, '\ufffd');

/** The ids of accounts have 34 characters at most: a UUID fits without its hyphens. */
const accountOf = (id: string): Element => ({ Id: { Othr: { Id: withoutHyphens(id) } } });
const withoutHyphens = (id: string): string => id.replaceAll('-', '');

/** All other ids have 35 characters at most. */
const idOf = ({ accountId }: Statement, suffix: string): string =>
  `${BigInt(`0x${withoutHyphens(accountId)}`).toString(36)}-${suffix}`;
const messageIdOf = (statement: Statement): string => idOf(statement, Date.parse(statement.asOf).toString(36));
const statementIdOf = (statement: Statement): string => idOf(statement, statement.month.replace('-', ''));

const directionOf = (isIn: boolean): string => (isIn ? 'CRDT' : 'DBIT');

const amountOf = ({ minor, currency }: Money): Element => ({
  '@_Ccy': currency,
  '#text': formatAmount(minor, currency),
});

const balance = (type: string, minor: number, { currency }: Statement, date: Element): Element => ({
  Tp: { CdOrPrtry: { Cd: type } },
  Amt: amountOf({ minor, currency }),
  CdtDbtInd: directionOf(true),
  Dt: date,
});

/** The schema takes 18 digits, and a sum may have more: its element is optional. */
const sumOf = (minor: bigint, { currency }: Statement): string | undefined =>
  String(minor).length > 18 ? undefined : formatAmount(minor, currency);

const summaryOf = (statement: Statement): Element => {
  const net = statement.in - statement.out;
  return {
    TtlNtries: {
      NbOfNtries: String(statement.lines),
      TtlNetNtry: { Amt: formatAmount(net < 0n ? -net : net, statement.currency), CdtDbtInd: directionOf(net >= 0n) },
    },
    TtlCdtNtries: { Sum: sumOf(statement.in, statement) },
    TtlDbtNtries: { Sum: sumOf(statement.out, statement) },
  };
};

const headOf = (statement: Statement): Element => {
  const { accountId, month, currency, opening, closing, isProvisional, from, until, asOf, owner } = statement;
  const lastInstant = new Date(Date.parse(until) - 1).toISOString();
  return {
    Id: statementIdOf(statement),
    CreDtTm: asOf,
    FrToDt: { FrDtTm: from, ToDtTm: lastInstant },
    Acct: {
      ...(accountOf(accountId) as object),
      Ccy: currency,
      Ownr: owner === undefined ? undefined : { Nm: written(owner, 140) },
    },
    Bal: [
      balance('OPBD', opening, statement, { Dt: firstDayOf(month) }),
      isProvisional
        ? balance('ITBD', closing, statement, { DtTm: asOf })
        : balance('CLBD', closing, statement, { Dt: lastDayOf(month) }),
    ],
    TxsSummry: summaryOf(statement),
  };
};

/** The family and the sub-family in ISO 20022's external list of bank transaction codes. */
const codes: Readonly<Record<TransactionEntry['type'], readonly [family: string, subFamily: string]>> = {
  deposit: ['CNTR', 'CDPT'],
  withdrawal: ['CNTR', 'CWDL'],
  capture: ['MDOP', 'OTHR'],
  reversal: ['CNTR', 'ADJT'],
  transferOut: ['ICDT', 'BOOK'],
  transferIn: ['RCDT', 'BOOK'],
  transferReturned: ['ICDT', 'RRTN'],
};

const partiesOf = ({ type, counterparty }: TransactionEntry): Element | undefined => {
  if (counterparty === undefined) return undefined;
  // A transfer that comes back keeps the parties that it had.
  return type === 'transferIn' ? { DbtrAcct: accountOf(counterparty) } : { CdtrAcct: accountOf(counterparty) };
};

const detailsOf = (line: TransactionEntry): Element | undefined => {
  const { reference, transferId, reverses } = line;
  const details = {
    RltdPties: partiesOf(line),
    RmtInf: reference === null ? undefined : { Ustrd: written(reference, 140) },
    AddtlTxInf: transferId ?? reverses,
  };
  return Object.values(details).some((value) => value !== undefined) ? { TxDtls: details } : undefined;
};

const entryOf = (line: TransactionEntry): Element => {
  const { id, type, isIn, amount, occurredAt, version } = line;
  const [family, subFamily] = codes[type];
  return {
    NtryRef: String(version),
    Amt: amountOf(amount),
    CdtDbtInd: directionOf(isIn),
    RvslInd: type === 'reversal' || type === 'transferReturned' ? 'true' : undefined,
    Sts: { Cd: 'BOOK' },
    BookgDt: { DtTm: occurredAt },
    ValDt: { DtTm: occurredAt },
    BkTxCd: {
      Domn: { Cd: 'PMNT', Fmly: { Cd: family, SubFmlyCd: subFamily } },
      Prtry: { Cd: type },
    },
    NtryDtls: detailsOf(line),
    AddtlNtryInf: id,
  };
};

const namespace = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';

export async function* writeCamt(statement: Statement, lines: Lines): AsyncIterable<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${namespace}"><BkToCstmrStmt>`;
  yield xml({ GrpHdr: { MsgId: messageIdOf(statement), CreDtTm: statement.asOf } });
  yield `<Stmt>${xml(headOf(statement))}`;
  for await (const page of lines) yield page.map((line) => xml({ Ntry: entryOf(line) })).join('');
  yield '</Stmt></BkToCstmrStmt></Document>\n';
}
