import { expect, it } from 'vitest';
import { writeJson } from '../../statements/json.ts';
import { allTypes, pagesOf, statementOf, whole } from '../support/statement.ts';

it.each([[[]], [[[]]], [[allTypes]], [[allTypes.slice(0, 2), [], allTypes.slice(2)]]])(
  'a statement as JSON is one object, however its lines come',
  async (pages) => {
    const body = JSON.parse(await whole(writeJson(statementOf(), pagesOf(...pages)))) as { lines: object[] };
    expect(Object.keys(body)).toEqual(['accountId', 'month', 'currency', 'opening', 'closing', 'in', 'out', 'lines']);
    expect(body).toMatchObject({ in: { amount: '3.00' }, out: { amount: '2.00', currency: 'EUR' } });
    expect(body.lines).toHaveLength(pages.flat().length);
    expect(JSON.stringify(body)).not.toContain('isIn');
  },
);

it('a provisional statement says so', async () =>
  expect(JSON.parse(await whole(writeJson(statementOf({ isProvisional: true }), pagesOf())))).toMatchObject({
    lines: [],
    provisional: true,
  }));
