import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { writeCamt } from '../../statements/camt.ts';
import type { Lines, Statement } from '../../statements/statement.ts';
import { accountId, allTypes, lineOf, otherId, pagesOf, statementOf, whole } from '../support/statement.ts';

type Node = { readonly name: string; readonly attributes: object; readonly children: Node[]; text: string };

/** Throws where the text is not well-formed. */
const parse = (text: string): Node => {
  const root: Node = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('text', (piece) => {
    const node = open.at(-1);
    if (node) node.text += piece;
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return root;
};

const written = async (statement: Partial<Statement> = {}, lines: Lines = pagesOf()): Promise<Node> =>
  parse(await whole(writeCamt(statementOf(statement), lines)));

const all = (node: Node, name: string): Node[] => [
  ...(node.name === name ? [node] : []),
  ...node.children.flatMap((child) => all(child, name)),
];
const textOf = (node: Node, ...path: string[]): string | undefined =>
  path.reduce<Node | undefined>((found, name) => found?.children.find((child) => child.name === name), node)?.text;

/**
 * The order of the schema, for the elements that a statement has; `!` marks those that it must have. The whole schema is not in this
 * repository: with it, `xmllint --schema` has found these documents valid.
 */
const schema: Readonly<Record<string, string>> = {
  Document: 'BkToCstmrStmt!',
  BkToCstmrStmt: 'GrpHdr! Stmt!',
  GrpHdr: 'MsgId! CreDtTm!',
  Stmt: 'Id! CreDtTm FrToDt Acct! Bal! TxsSummry Ntry',
  FrToDt: 'FrDtTm! ToDtTm!',
  Acct: 'Id! Ccy Ownr',
  Ownr: 'Nm',
  Bal: 'Tp! Amt! CdtDbtInd! Dt!',
  Tp: 'CdOrPrtry!',
  TxsSummry: 'TtlNtries TtlCdtNtries TtlDbtNtries',
  TtlNtries: 'NbOfNtries TtlNetNtry',
  TtlNetNtry: 'Amt! CdtDbtInd!',
  Ntry: 'NtryRef Amt! CdtDbtInd! RvslInd Sts! BookgDt ValDt BkTxCd! NtryDtls AddtlNtryInf',
  Sts: 'Cd!',
  BkTxCd: 'Domn Prtry',
  Domn: 'Cd! Fmly!',
  Fmly: 'Cd! SubFmlyCd!',
  Prtry: 'Cd!',
  NtryDtls: 'TxDtls!',
  TxDtls: 'RltdPties RmtInf AddtlTxInf',
  RltdPties: 'DbtrAcct CdtrAcct',
  RmtInf: 'Ustrd',
};

const checkOrder = (node: Node): void => {
  const names = node.children.map(({ name }) => name);
  const rule = schema[node.name]?.split(' ');
  if (rule) {
    const order = rule.map((name) => name.replace('!', ''));
    expect(
      names.map((name) => order.indexOf(name)),
      node.name,
    ).toEqual(names.map((name) => order.indexOf(name)).toSorted((a, b) => a - b));
    for (const name of names) expect(order, node.name).toContain(name);
    for (const name of rule.filter((each) => each.endsWith('!'))) expect(names, node.name).toContain(name.slice(0, -1));
  }
  node.children.forEach(checkOrder);
};

describe('a statement as camt.053.001.08', () => {
  it('has the elements of the schema, in their order', async () => {
    const document = await written({ lines: allTypes.length }, pagesOf(allTypes.slice(0, 2), allTypes.slice(2)));
    checkOrder(document);
    expect(document.children[0]?.attributes).toEqual({ xmlns: 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08' });
    expect(all(document, 'Ntry').map((entry) => textOf(entry, 'NtryRef'))).toEqual(
      allTypes.map((line) => String(line.version)),
    );
    checkOrder(await written({ owner: undefined, isProvisional: true }));
  });

  it('keeps ids within the lengths of the schema', async () => {
    const document = await written({ accountId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }, pagesOf(allTypes));
    expect(textOf(document, 'Document', 'BkToCstmrStmt', 'GrpHdr', 'MsgId')).toMatch(/^[0-9a-z-]{1,35}$/);
    for (const { text } of all(document, 'Id').filter(({ children }) => children.length === 0)) {
      expect(text).toMatch(/^[0-9a-z-]{1,34}$/);
    }
  });

  it('has the opening and the closing balance, and the interim one while it is provisional', async () => {
    const balancesOf = async (statement: Partial<Statement>) =>
      all(await written(statement), 'Bal').map((balance) => [
        textOf(balance, 'Tp', 'CdOrPrtry', 'Cd'),
        textOf(balance, 'Amt'),
        textOf(balance, 'Dt', 'Dt') ?? textOf(balance, 'Dt', 'DtTm'),
      ]);
    expect(await balancesOf({})).toEqual([
      ['OPBD', '1.00', '2026-11-01'],
      ['CLBD', '2.00', '2026-11-30'],
    ]);
    expect((await balancesOf({ isProvisional: true }))[1]).toEqual(['ITBD', '2.00', '2026-12-01T01:00:00.000Z']);
  });

  it('names the other side of a transfer by its account alone', async () => {
    const document = await written({}, pagesOf(allTypes));
    const accounts = all(document, 'RltdPties').map((parties) => [
      parties.children[0]?.name,
      textOf(parties, parties.children[0]?.name ?? '', 'Id', 'Othr', 'Id'),
    ]);
    const short = otherId.replaceAll('-', '');
    expect(accounts).toEqual([
      ['CdtrAcct', short],
      ['DbtrAcct', short],
      ['CdtrAcct', short],
    ]);
    expect(all(document, 'Nm').map(({ text }) => text)).toEqual(['Ada Lovelace']);
    expect(all(document, 'AddtlNtryInf')[0]?.text).toBe(`${accountId}:7`);
  });

  it.each(['<a> & "b" \'c\'', ']]>', '<!-- -->', '&amp;', 'Miete – 家賃 🏠', 'أحمد'])(
    'has what people wrote as they wrote it: %s',
    async (reference) => {
      const document = await written({ owner: reference }, pagesOf([lineOf({ reference })]));
      expect([...all(document, 'Nm'), ...all(document, 'Ustrd')].map(({ text }) => text)).toEqual([
        reference,
        reference,
      ]);
    },
  );

  it('replaces what XML cannot hold, and cuts what is longer than an element takes', async () => {
    const document = await written({ owner: '🏠'.repeat(141) }, pagesOf([lineOf({ reference: 'a\ufffe\u0001b' })]));
    expect(all(document, 'Nm')[0]?.text).toBe('🏠'.repeat(140));
    expect(all(document, 'Ustrd')[0]?.text).toBe('a\ufffd\ufffdb');
  });

  it.each([
    ['JPY', '12345'],
    ['EUR', '123.45'],
    ['KWD', '12.345'],
    ['CLF', '1.2345'],
  ])('has amounts with the decimals of their currency: %s', async (code, text) => {
    const amount = { minor: 12_345, currency: currency.parse(code) };
    const document = await written({ currency: amount.currency }, pagesOf([lineOf({ amount })]));
    const [entry] = all(document, 'Ntry');
    const amountOf = entry?.children.find(({ name }) => name === 'Amt');
    expect(amountOf).toMatchObject({ text, attributes: { Ccy: code } });
  });

  it('leaves out a sum that has more digits than the schema takes', async () => {
    const document = await written({ in: 10n ** 18n, out: 10n ** 18n - 1n });
    const sumsOf = (name: string) => all(document, name).map((sum) => textOf(sum, 'Sum'));
    expect(sumsOf('TtlCdtNtries')).toEqual([undefined]);
    expect(sumsOf('TtlDbtNtries')).toEqual(['9999999999999999.99']);
  });
});
