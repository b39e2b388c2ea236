import { expect, it } from 'vitest';
import { z } from 'zod';
import type { PageQuery } from '../../../application/queries/ports.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { createCursors } from '../../../functions/http/cursor.ts';
import { viewEndpoint } from '../../../functions/http/viewEndpoint.ts';
import type { Services } from '../../../functions/services.ts';
import { customers } from '../../../projections/customers.ts';
import { transactions } from '../../../projections/transactions.ts';

/** The view's first list of that kind. */
const listOf = (view: View, kind: 'rows' | 'allEntries') => {
  const list = view.routes?.find(({ answers }) => answers === kind);
  if (list?.answers !== kind) throw new Error('It has a list');
  return list;
};
const customerList = listOf(customers, 'rows');
const transferList = listOf(transactions, 'allEntries');

/** An older version, whose list lacks a parameter. */
const lacking = (view: View, list: typeof customerList, parameter: string): View => {
  const known = Object.entries(list.query.shape).filter(([name]) => name !== parameter);
  return { ...view, version: view.version - 1, routes: [{ ...list, query: z.object(Object.fromEntries(known)) }] };
};

/** Asks the view's list, while a version of it answers. */
const ask = async (
  view: View,
  list: typeof customerList,
  answering: View,
  query: Readonly<Record<string, unknown>>,
) => {
  const searched: PageQuery[] = [];
  const find = (_: unknown, search: PageQuery) => {
    searched.push(search);
    return Promise.resolve({ items: [], next: undefined });
  };
  const services = {
    generations: { answering: () => Promise.resolve({ ...answering, build: 1 }) },
    searches: { rows: find, allEntries: find },
    cursors: createCursors(['a secret of some length']),
  } as unknown as Services;
  const received = { query: { limit: 50, ...query }, headers: {}, caller: {} };
  const { status } = await viewEndpoint(view, list).handle(services, received as never);
  return { status, where: JSON.stringify(searched[0]?.where) };
};

it.each([
  { view: customers, list: customerList, newer: { name: 'ada' }, older: { email: 'ada@example.com' } },
  { view: transactions, list: transferList, newer: { status: 'completed' }, older: { account: 'an account' } },
])('a parameter that only the version to come of $view.name knows is not ignored: the query waits', async (of) => {
  const { view, list, newer, older } = of;
  const [[parameter, wanted] = ['', '']] = Object.entries(newer);
  const former = lacking(view, list, parameter);
  const found = (value: unknown) => ({ status: 200, where: expect.stringContaining(String(value)) as string });
  expect(await ask(view, list, view, newer)).toEqual(found(wanted));
  expect(await ask(view, list, former, { ...older, [parameter]: undefined })).toEqual(found(Object.values(older)[0]));
  await expect(ask(view, list, former, newer)).rejects.toThrow(ServiceUnavailable);
});
