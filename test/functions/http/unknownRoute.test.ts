import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { methodsOf } from '../../../functions/http/endpoint.ts';
import { answerUnknown } from '../../../functions/http/unknownRoute.ts';

describe('a route', () => {
  it('takes HEAD wherever it takes GET', () => {
    for (const endpoint of endpoints) {
      const methods: readonly string[] = methodsOf(endpoint);
      expect([endpoint.name, methods.includes('HEAD')]).toEqual([endpoint.name, methods.includes('GET')]);
      expect(methods).toContain(endpoint.method);
    }
  });

  it.each([
    ['/api/customers', ['GET', 'HEAD', 'POST']],
    ['/API/Accounts', ['GET', 'HEAD', 'POST']],
    ['/api/health/', ['GET', 'HEAD']],
    ['/api/accounts/x/deposits', ['POST']],
    ['/api/ops/operations/x', ['DELETE', 'GET', 'HEAD']],
    ['/api/ops/fx/rates/EUR-USD', ['PUT']],
  ])('lists all of its methods where it does not take one: %s', (path, methods) => {
    const { status, headers } = answerUnknown(endpoints)(path);
    expect([status, headers?.allow?.split(', ').sort()]).toEqual([405, methods]);
  });

  it.each(['/', '/api', '/api/nowhere', '/api/openapixjson'])('is 404 where there is none: %s', (path) =>
    expect(answerUnknown(endpoints)(path).status).toBe(404),
  );
});
