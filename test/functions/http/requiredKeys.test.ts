import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { openApiDocument } from '../../../functions/http/openApiDocument.ts';
import { requireKeys } from '../../../functions/http/requiredKeys.ts';

const strict = requireKeys(endpoints);
const takesKey = (headers: Readonly<Record<string, string>>) =>
  strict.map((endpoint) => [endpoint.name, endpoint.headers?.safeParse(headers).success ?? true] as const);
const commands = ['createCustomer', 'openAccount', 'depositMoney', 'withdrawMoney'];

describe('where idempotency keys are required', () => {
  it('every command needs one, and nothing else does', () => {
    const refused = takesKey({}).filter(([, taken]) => !taken);
    expect(refused.map(([name]) => name)).toEqual(expect.arrayContaining(commands));
    expect(strict.filter(({ method }) => method === 'GET').length).toBeGreaterThan(10);
    for (const [name] of refused) expect(strict.find((endpoint) => endpoint.name === name)?.method).not.toBe('GET');
    expect(takesKey({ 'idempotency-key': 'key' }).filter(([, taken]) => !taken)).toEqual([]);
    expect(takesKey({ 'idempotency-key': '' }).filter(([, taken]) => !taken)).toEqual(refused);
  });

  it('the document says so', () => {
    const required = (of: typeof endpoints) => {
      const { paths } = openApiDocument(of, 'key') as {
        paths: Record<string, Record<string, { parameters: { name: string; required: boolean }[] }>>;
      };
      return paths['/api/customers']?.post?.parameters.find(({ name }) => name === 'idempotency-key')?.required;
    };
    expect([required(endpoints), required(strict)]).toEqual([false, true]);
  });

  it('endpoints of others are as they were', () => {
    expect(strict.map(({ name }) => name)).toEqual(endpoints.map(({ name }) => name));
    expect(strict.filter((endpoint, index) => endpoint === endpoints[index]).length).toBeGreaterThan(10);
  });
});
