import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Rotated } from '../../../application/webhooks/manage.ts';
import { times } from '../../support/e2eBank.ts';
import { webhooksForTests } from '../../support/webhooks.ts';
import { cosmosWithFaults } from '../../support/cosmos.ts';

const { database, faults } = await cosmosWithFaults();
const world = webhooksForTests(database);
const { manage } = world.first;

const newRequest = () => ({ commandId: `k:${randomUUID()}`, keyed: true, fingerprint: 'the same request' });
type Request = ReturnType<typeof newRequest>;
const remove = (id: string, request: Request) =>
  manage.once(
    id,
    request,
    (keep) => manage.remove(id, keep),
    () => 'deleted',
  );
const rotate = (id: string, request: Request) =>
  manage.once<Rotated, string>(
    id,
    request,
    async (keep) => {
      const rotated = await manage.rotate(id, keep);
      return rotated === 'tooMany' ? undefined : rotated;
    },
    ({ secret }, isRepeat) => (isRepeat ? 'shown before' : secret),
  );
const newWebhook = () => world.create('https://example.com/hook');

beforeEach(() => faults.clear());

describe('a request with a key', () => {
  it('that deletes a webhook gets one answer, however often it comes at once', async () => {
    const { id } = await newWebhook();
    const request = newRequest();
    const answers = await times(10, () => remove(id, request));
    expect(answers.map((answered) => typeof answered === 'object' && answered.answer)).toEqual(
      Array.from({ length: 10 }, () => 'deleted'),
    );
    expect(await remove(id, newRequest())).toBeUndefined();
  });

  it.each(['before', 'after'] as const)(
    'is the first one where the connection is lost %s Cosmos DB wrote what it does',
    async (when) => {
      const { id } = await newWebhook();
      const isLost = () =>
        faults.inject({ on: { target: 'webhooks', operation: 'batch' }, fault: { kind: 'drop', when } });
      await isLost();
      const rotation = newRequest();
      expect(await rotate(id, rotation)).toEqual({
        answer: expect.stringMatching(/^whsec_/) as string,
        isRepeat: false,
      });
      expect((await world.stateOf(id)).secrets).toHaveLength(2);
      expect(await rotate(id, rotation)).toEqual({ answer: 'shown before', isRepeat: true });

      await isLost();
      const end = newRequest();
      expect(await remove(id, end)).toEqual({ answer: 'deleted', isRepeat: false });
      expect(await remove(id, end)).toEqual({ answer: 'deleted', isRepeat: true });
      expect(await faults.hits()).toEqual([1, 1]);
    },
  );
});
