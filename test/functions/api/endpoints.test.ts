import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../functions/api/endpoints.ts';

const duplicates = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);

describe('the table of endpoints', () => {
  it('has each name once, and each method of a path', () => {
    expect(duplicates(endpoints.map(({ name }) => name))).toEqual([]);
    expect(duplicates(endpoints.map(({ method, path }) => `${method} ${path}`))).toEqual([]);
  });

  it('names no endpoint after the function that has to come last', () => {
    for (const { name } of endpoints) expect(name.toLowerCase() < 'zunknownroute').toBe(true);
  });

  it.each(endpoints.filter(({ body }) => body))('has a good example for the body of $name', ({ body, example }) =>
    expect(body?.safeParse(example)).toMatchObject({ success: true }),
  );

  it.each(endpoints)('takes the parameters in the route of $name', ({ route, params }) => {
    const ofEvents = ['holdId', 'transferId', 'transactionId'];
    const inRoute = [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
      if (name === 'month') return [name, '2026-11'];
      const id = crypto.randomUUID();
      if (name === 'pair') return [name, 'EUR-USD'];
      return [name, ofEvents.includes(name) ? `${id}:7` : id];
    });
    expect(params?.safeParse(Object.fromEntries(inRoute)).success ?? inRoute.length === 0).toBe(true);
  });
});
