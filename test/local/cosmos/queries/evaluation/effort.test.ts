import { expect, it } from 'vitest';
import { inProcess } from '../../inProcess.ts';

it('joins that multiply without end are given up', () => {
  const service = inProcess();
  const container = service.container();
  service.create(container, [{ id: '1', p: 'p', list: Array.from({ length: 2_000 }, (_, at) => at) }]);
  const joined = 'c JOIN a IN c.list JOIN b IN c.list JOIN d IN c.list';
  expect(() => service.rows(container, `SELECT VALUE COUNT(1) FROM ${joined}`)).toThrow('given up');
  const nested = 'SELECT VALUE (SELECT VALUE COUNT(1) FROM a IN c.list JOIN b IN c.list JOIN d IN c.list) FROM c';
  expect(() => service.rows(container, nested)).toThrow('given up');
  expect(service.rows(container, 'SELECT VALUE COUNT(1) FROM c JOIN a IN c.list')).toEqual([2_000]);
  service.close();
});
