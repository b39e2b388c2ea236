import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../../../local/cosmos/definitions/container.ts';
import type { Json } from '../../../../../local/cosmos/json.ts';
import { inProcess, type InProcess } from '../../inProcess.ts';

let service: InProcess;
beforeAll(() => {
  service = inProcess();
});
afterAll(() => {
  service.close();
});

const byVersion = {
  includedPaths: [{ path: '/version/?' }, { path: '/status/?' }],
  excludedPaths: [{ path: '/*' }],
  compositeIndexes: [
    [
      { path: '/status', order: 'ascending' },
      { path: '/version', order: 'descending' },
    ],
  ],
};

describe('a long partition', () => {
  const length = 5_000;
  // The charge of a page of 20 that examines 20 documents, or a few more.
  const cheap = 5;
  let container: Container;

  beforeAll(() => {
    container = service.container(byVersion);
    const documents = Array.from({ length }, (_, version) => ({
      id: String(version).padStart(10, '0'),
      p: 'p',
      version,
      status: version % 2 === 0 ? 'open' : 'closed',
    }));
    service.create(container, documents);
  });

  it.each([
    ['SELECT * FROM c WHERE c.version > 4000 ORDER BY c.version', 4001],
    ['SELECT * FROM c WHERE c.version < 1000 ORDER BY c.version DESC', 999],
    ['SELECT * FROM c ORDER BY c.version DESC', 4999],
    ['SELECT TOP 20 * FROM c WHERE c.version >= 2500', 2500],
    ['SELECT * FROM c WHERE c.version = 1234', 1234],
    ['SELECT * FROM c WHERE c.version BETWEEN 100 AND 110 ORDER BY c.version', 100],
    ['SELECT * FROM c WHERE c.version IN (17, 18)', 17],
    ["SELECT * FROM c WHERE c.status = 'open' ORDER BY c.version DESC", 4998],
    ["SELECT * FROM c WHERE c.status = 'open' AND c.version < 1000 ORDER BY c.status DESC, c.version", 0],
    ['SELECT * FROM c ORDER BY c.status, c.version DESC', 4999],
    ["SELECT * FROM c WHERE c.id > '0000003000' ORDER BY c.id", 3001],
    ["SELECT * FROM c WHERE STARTSWITH(c.id, '000000123')", 1230],
    ['SELECT * FROM c', 0],
  ])('is not read as a whole for %s', (query, first) => {
    const { rows, charge } = service.page(container, query, { size: 20 });
    expect(rows[0]).toMatchObject({ version: first });
    expect(charge).toBeLessThan(cheap);
    // Neither by SQLite, to sort it: that would not show in the charge.
    const steps = service.plans(container, query);
    expect(steps[0]).toMatch(/^SEARCH \S+ USING INDEX/);
    expect(steps).not.toContain('USE TEMP B-TREE FOR ORDER BY');
  });

  it('is not read again from its beginning for a later page', () => {
    for (const query of [
      'SELECT * FROM c ORDER BY c.version',
      'SELECT * FROM c WHERE c.version > 10 ORDER BY c.version DESC',
      'SELECT * FROM c',
    ]) {
      let token: string | undefined;
      for (let page = 0; page < 100; page++) {
        const found = service.page(container, query, { size: 20, token });
        expect(found.charge).toBeLessThan(cheap);
        token = found.token;
      }
    }
  });

  it('stands queries with more conditions than SQLite takes', () => {
    const numbers = Array.from({ length: 40_000 }, (_, at) => at);
    expect(service.rows(container, `SELECT VALUE 1 FROM c WHERE c.version IN (${numbers.join()})`)).toHaveLength(
      length,
    );
    const many = numbers.slice(0, 3_000).map((version) => `c.version >= ${version}`);
    expect(service.rows(container, `SELECT VALUE 1 FROM c WHERE ${many.join(' AND ')}`)).toHaveLength(2_001);
  });

  it('is read as a whole where no index helps', () => {
    const { charge } = service.page(container, 'SELECT * FROM c WHERE c.other = 1');
    expect(charge).toBeGreaterThan(100);
  });
});

describe('an index changes nothing but the cost', () => {
  const scalar = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      false,
      0,
      1,
      -1,
      0.1,
      0.30000000000000004,
      1e21,
      9007199254740991,
      '',
      'a',
      'B',
      '1',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const value: fc.Arbitrary<Json | undefined> = fc.oneof(
    { weight: 6, arbitrary: scalar },
    fc.constant(undefined),
    fc.constantFrom<Json>([], [1], {}, { x: 1 }),
  );
  const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const condition = fc.record({ operator, value: scalar });

  it('whatever the values, conditions, order and page size', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 25 }),
        fc.array(condition, { maxLength: 2 }),
        fc.constantFrom('', ' ORDER BY c.version', ' ORDER BY c.version DESC'),
        fc.integer({ min: 1, max: 5 }),
        (values, conditions, order, size) => {
          const documents = values.map((version, at) => ({
            id: String(at),
            p: 'p',
            ...(version === undefined ? {} : { version }),
          }));
          const where = conditions.map((each, at) => `c.version ${each.operator} @v${at}`).join(' AND ');
          const query = `SELECT VALUE c.id FROM c${where && ` WHERE ${where}`}${order}`;
          const parameters = Object.fromEntries(conditions.map((each, at) => [`v${at}`, each.value]));
          const [plain, indexed] = [service.container(), service.container(byVersion)].map((container) => {
            service.create(container, documents);
            return {
              whole: service.rows(container, query, { parameters }),
              paged: service.rows(container, query, { parameters, size }),
            };
          });
          const inOrder = (ids: Json[] | undefined) => (order === '' ? ids?.toSorted() : ids);
          expect(inOrder(indexed?.whole)).toEqual(inOrder(plain?.whole));
          expect(indexed?.paged).toEqual(indexed?.whole);
          expect(plain?.paged).toEqual(plain?.whole);
        },
      ),
      { numRuns: 150 },
    );
  });
});
