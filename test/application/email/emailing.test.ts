import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEmailing, type EmailingOptions } from '../../../application/email/emailing.ts';
import type { SendLetter } from '../../../application/email/ports.ts';
import type { RecordedEvent } from '../../../eventSourcing/commit.ts';

const day = 24 * 3_600_000;
const letter = { to: { name: 'Ada', address: 'ada@example.com' }, subject: 'Hi', text: 'Hi', html: '<p>Hi</p>' };

const recorded = (occurredAt = new Date().toISOString()): RecordedEvent => {
  const aggregateId = randomUUID();
  return { id: `${aggregateId}:1`, aggregate: 'account', aggregateId, version: 1, occurredAt, type: 'A', data: {} };
};

/** E-mails by a server that does what the test wants; keeps what comes again. */
const begin = (send: SendLetter, options: Partial<EmailingOptions> = {}) => {
  const again: number[] = [];
  const emailing = createEmailing({
    ...{ send, clock: Date, random: () => 0, count: () => undefined, pausesMs: [1, 1], ...options },
  });
  const tell = (event = recorded(), tries?: number, ageMs = 0) =>
    emailing(
      {
        ...{ event, tries, patience: { ageMs: () => ageMs }, once: (work) => work() },
        hearAgain: (_at, made) => Promise.resolve(void again.push(made)),
      },
      () => Promise.resolve(letter),
    );
  return { tell, again };
};

it('a letter that has begun is never cut off by the time of its batch, and one without a turn has spent no try', async () => {
  const sent: string[] = [];
  let cutOff = 0;
  const { tell, again } = begin(
    async ({ id }, _letter, signal) => {
      await sleep(60);
      if (signal.aborted) cutOff += 1;
      sent.push(id);
      return { outcome: 'accepted' };
    },
    { firstTriesMs: 80 },
  );
  const events = Array.from({ length: 40 }, () => recorded());
  await Promise.all(events.map((event) => tell(event)));
  expect(cutOff).toBe(0);
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent.length).toBeLessThan(40);
  expect(again).toEqual(Array.from({ length: 40 - sent.length }, () => 0));
});

it('nothing begins once the time of the batch is over', async () => {
  const { tell, again } = begin(() => expect.unreachable('It has no time left'), { firstTriesMs: 100 });
  await tell(recorded(), undefined, 100);
  expect(again).toEqual([0]);
});

it('a server that gives no answer in the time of a letter has failed it', async () => {
  const { tell, again } = begin(
    async (_about, _letter, signal) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      return { outcome: 'later', reason: 'It hangs' };
    },
    { letterMs: 30 },
  );
  await tell();
  expect(again).toEqual([1]);
  await expect(tell(recorded(), 2)).rejects.toThrow('Refused 3 times, the last time: It hangs');
});

it('a letter that was news is parked where nobody could send it within a week, and not taken for old', async () => {
  const counted: string[] = [];
  const { tell } = begin(() => expect.unreachable('It is too late'), { count: (outcome) => counted.push(outcome) });
  const event = recorded(new Date(Date.now() - 8 * day).toISOString());
  await expect(tell(event, 0)).rejects.toThrow('Nobody could send it within a week');
  expect(counted).toEqual([]);
  await tell(event);
  expect(counted).toEqual(['old']);
});
