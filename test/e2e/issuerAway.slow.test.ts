import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { audience, startIssuer } from '../support/issuer.ts';

const app = appOfThisFile();

describe('while the issuer is away', () => {
  it.each(['gone', 'failing', 'slow'] as const)(
    'nobody comes in who was not known, in time, and all do once it is back: %s',
    async (mood) => {
      const own = await startIssuer();
      own.be(mood);
      const late = await app.startInstance({ env: { AUTH_ISSUER: own.url, AUTH_AUDIENCE: audience } });
      const bank = late.bankWith({ authorization: `Bearer ${await own.token({ roles: ['Teller'] })}` });
      const begun = performance.now();
      const replies = await Promise.all([bank.customers(), bank.customers(), bank.createCustomer()]);
      expect(performance.now() - begun).toBeLessThan(8_000);
      for (const reply of replies) {
        expectProblem(reply, 503, 'ServiceUnavailable');
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(await late.bank.get('/health')).toMatchObject({ status: 503, body: { services: { issuer: 'down' } } });
      // Without a token there is nothing to ask the issuer.
      expect((await late.bank.customers()).status).toBe(401);

      own.be('well');
      await expect.poll(async () => (await bank.customers()).status, { interval: 100 }).toBe(200);
      await expect.poll(async () => (await late.bank.get('/health')).status).toBe(200);
      own.be(mood);
      expect((await bank.customers()).status).toBe(200);
      await late.stop();
      await own.close();
    },
  );
});
