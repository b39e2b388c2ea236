import { expect, it } from 'vitest';
import type { PageQuery } from '../../../application/queries/ports.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { createCursors } from '../../../functions/http/cursor.ts';
import { viewEndpoint } from '../../../functions/http/viewEndpoint.ts';
import type { Services } from '../../../functions/services.ts';
import { customers } from '../../../projections/customers.ts';

const [list] = customers.routes ?? [];
/** An older version, whose list knows no search by name. */
const former = {
  ...customers,
  version: 3,
  routes: list?.answers === 'rows' ? [{ ...list, query: list.query.omit({ name: true }) }] : [],
} as View;

/** Asks the view's list, while the rows of a version of it answer. */
const ask = async (answering: View, query: Readonly<Record<string, unknown>>) => {
  const searched: PageQuery[] = [];
  const rows = (_: unknown, search: PageQuery) => {
    searched.push(search);
    return Promise.resolve({ items: [], next: undefined });
  };
  const services = {
    generations: { answering: () => Promise.resolve({ ...answering, build: 1 }) },
    searches: { rows },
    cursors: createCursors(['a secret of some length']),
  } as unknown as Services;
  if (!list) throw new Error('It has a list');
  const received = { query: { limit: 50, ...query }, headers: {}, caller: {} };
  const { status } = await viewEndpoint(customers, list).handle(services, received as never);
  return { status, conditions: searched[0]?.where?.length };
};

it('a parameter that only the version to come knows is not ignored: the query has to wait', async () => {
  expect(await ask(customers as View, { name: 'Ada' })).toEqual({ status: 200, conditions: 2 });
  expect(await ask(former, { email: 'ada@example.com', name: undefined })).toEqual({ status: 200, conditions: 1 });
  await expect(ask(former, { name: 'Ada' })).rejects.toThrow(ServiceUnavailable);
});
