import { randomUUID } from 'node:crypto';
import { CosmosClient } from '@azure/cosmos';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cosmosSearches } from '../../adapters/cosmos/views/searches.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import type { PageKey } from '../../application/queries/ports.ts';
import type { Generation } from '../../eventSourcing/view.ts';
import { beginsWith, type Alternatives, type Order } from '../../eventSourcing/viewRoute.ts';
import { provisionCosmos } from '../../local/launcher/services/provision.ts';
import { provisionedCosmos } from '../support/cosmos.ts';

const orders = ['ascending', 'descending'] as const;
const connectionString = await provisionedCosmos();
await provisionCosmos(connectionString, {
  database: 'searches',
  containers: [
    {
      name: 'things',
      partitionKey: '/partition',
      uniqueKeys: [],
      compositeIndexes: orders.map((order) => [
        { path: '/row/colour', order: 'ascending' },
        { path: '/key', order },
      ]),
    },
  ],
});
const client = new CosmosClient({ connectionString, connectionPolicy: { enableBackgroundEndpointRefreshing: false } });
afterAll(() => client.dispose());
const containerOf = (name: string) => client.database('searches').container(name);
const rows = cosmosRows(containerOf);
const searches = cosmosSearches(containerOf);

/** The ends of the blocks of UTF-16, among others. */
const awkward = fc.constantFrom('a', 'b', 'é', '\ue000', '\ufffd', '𠮷', '\u{10000}', '\u{103ff}', '\u{10ffff}');

const line = z.object({ day: z.string(), place: z.string(), count: z.int() });
type Line = z.infer<typeof line>;

/** A generation of its own. */
const things = (): Generation<{ colour: string }, Line> => ({
  name: 'things',
  version: Math.floor(Math.random() * 1e9),
  build: 1,
  follows: ['account'],
  rowOf: ({ aggregateId }) => aggregateId,
  row: z.object({ colour: z.string() }),
  evolve: () => ({ colour: 'red' }),
  entry: line,
});

const write = async (generation: Generation<{ colour: string }, Line>, colour: string, lines: readonly Line[] = []) => {
  const key = randomUUID();
  const entries = lines.map((entry) => ({ key: randomUUID(), entry }));
  await rows.store(generation, key, { row: { colour }, positions: { a: 1 } }, entries, undefined);
  return key;
};

describe('pages of rows', () => {
  it.each<[string, readonly Order[]]>([
    [
      'up',
      [
        ['row.colour', 'ascending'],
        ['key', 'ascending'],
      ],
    ],
    [
      'down',
      [
        ['row.colour', 'descending'],
        ['key', 'descending'],
      ],
    ],
    [
      'up and down',
      [
        ['row.colour', 'ascending'],
        ['key', 'descending'],
      ],
    ],
  ])('have each row once, in order, %s', async (_, orderBy) => {
    const generation = things();
    const colours = ['red', 'green', 'green', 'green', 'blue', 'red', 'blue'];
    for (const colour of colours) await write(generation, colour);
    const found: { colour: string; key: string }[] = [];
    for (let after: PageKey | undefined, more = true; more;) {
      const page = await searches.rows(generation, { orderBy, after, limit: 2 });
      found.push(...page.items.map(({ key, row }) => ({ colour: row.colour, key })));
      after = page.next;
      more = after !== undefined;
    }
    const compare = (a: string, b: string, direction = 'ascending') =>
      (a < b ? -1 : a > b ? 1 : 0) * (direction === 'ascending' ? 1 : -1);
    const sorted = found.toSorted(
      (a, b) => compare(a.colour, b.colour, orderBy[0]?.[1]) || compare(a.key, b.key, orderBy[1]?.[1]),
    );
    expect(found).toEqual(sorted);
    expect(found.map(({ colour }) => colour).sort()).toEqual(colours.sort());
  });

  it('have what meets the conditions alone, and no entries', async () => {
    const generation = things();
    const red = await write(generation, 'red', [{ day: '1', place: 'here', count: 1 }]);
    await write(generation, 'green');
    const find = (colour: string | undefined) =>
      searches.rows(generation, {
        where: [['row.colour', '=', colour]],
        orderBy: [['key', 'ascending']],
        after: undefined,
        limit: 5,
      });
    expect(await find('red')).toEqual({ items: [{ key: red, row: { colour: 'red' } }], next: undefined });
    expect((await find(undefined)).items).toHaveLength(2);
  });

  it('have what meets any of several conditions, each once, page by page', async () => {
    const generation = things();
    for (const colour of ['red', 'reddish', 'green', 'blue', 'Red']) await write(generation, colour);
    const found = async (...anyOf: Alternatives['anyOf']) => {
      const colours: string[] = [];
      for (let after: PageKey | undefined, more = true; more;) {
        const orderBy: readonly Order[] = [
          ['row.colour', 'ascending'],
          ['key', 'descending'],
        ];
        const page = await searches.rows(generation, { where: [{ anyOf }], orderBy, after, limit: 1 });
        colours.push(...page.items.map(({ row }) => row.colour));
        after = page.next;
        more = after !== undefined;
      }
      return colours;
    };
    expect(await found(beginsWith('row.colour', 're'), ['row.colour', '=', 'blue'])).toEqual([
      'blue',
      'red',
      'reddish',
    ]);
    expect(await found(beginsWith('row.colour', 're'), beginsWith('row.colour', 'red'))).toEqual(['red', 'reddish']);
    // A condition without a value does not count.
    expect(await found(['row.colour', '=', undefined], ['row.colour', '=', 'blue'])).toEqual(['blue']);
    expect(await found(['row.colour', '=', undefined])).toHaveLength(5);
  });

  it('have the texts that begin with another one, of whatever characters', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: awkward, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
        fc.string({ unit: awkward, minLength: 1, maxLength: 2 }),
        async (colours, beginning) => {
          const generation = things();
          for (const colour of colours) await write(generation, colour);
          const page = await searches.rows(generation, {
            where: [{ anyOf: [beginsWith('row.colour', beginning)] }],
            ...{ orderBy: [['key', 'ascending']], after: undefined, limit: 50 },
          });
          expect(page.items.map(({ row }) => row.colour).sort()).toEqual(
            colours.filter((colour) => colour.startsWith(beginning)).sort(),
          );
        },
      ),
      { numRuns: 30 },
    ));
});

describe('sums', () => {
  const query = { by: ['entry.day', 'entry.place'], sum: ['entry.count'] } as const;

  it('are those of the entries of all rows, for each group', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.record({
              day: fc.constantFrom('1', '2', '3'),
              place: fc.constantFrom('here', 'there'),
              count: fc.integer({ min: 0, max: 1_000_000_000 }),
            }),
            { maxLength: 8 },
          ),
          { maxLength: 5 },
        ),
        async (written) => {
          const generation = things();
          for (const lines of written) await write(generation, 'red', lines);
          const wanted = written.flat().filter(({ day }) => day >= '2');
          const expected = [...Map.groupBy(wanted, ({ day, place }) => `${day} ${place}`)].map(([name, own]) => ({
            by: name.split(' '),
            sums: [own.reduce((sum, { count }) => sum + count, 0)],
          }));
          const found = await searches.sums(generation, { where: [['entry.day', '>=', '2']], ...query });
          expect(found).toHaveLength(expected.length);
          expect(found).toEqual(expect.arrayContaining(expected));
        },
      ),
      { numRuns: 20 },
    ));

  it('may be of the elements of an array in each entry', async () => {
    const prices = z.object({ prices: z.array(z.object({ currency: z.string(), minor: z.int() })) });
    const generation = { ...things(), entry: prices } as unknown as ReturnType<typeof things>;
    const price = (currency: string, minor: number) => ({ currency, minor });
    const written = [[price('EUR', 5), price('JPY', -7)], [price('EUR', 6)], []];
    await write(generation, 'red', written.map((prices) => ({ prices })) as unknown as Line[]);
    const found = await searches.sums(generation, {
      ...{ each: 'entry.prices', where: [], by: ['element.currency'], sum: ['element.minor'] },
    });
    expect(found.toSorted((a, b) => Number(a.sums) - Number(b.sums))).toEqual([
      { by: ['JPY'], sums: [-7] },
      { by: ['EUR'], sums: [11] },
    ]);
  });
});
