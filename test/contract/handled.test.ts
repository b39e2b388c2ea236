import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { cosmosHandled } from '../../adapters/cosmos/handled.ts';
import { createOnce, leaseMs, type HandledClaim } from '../../application/subscriptions/handled.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import { cosmosWithFaults } from '../support/cosmos.ts';

const { database, faults } = await cosmosWithFaults();

let now = Date.UTC(2026, 0, 1);
/** Two instances of the app. */
const [first, second] = [0, 1].map(() => cosmosHandled(database.container('handled'), { now: () => now })) as [
  ReturnType<typeof cosmosHandled>,
  ReturnType<typeof cosmosHandled>,
];
const retry = <Result>(work: () => Promise<Result>) => work();

const newHandling = () => ({ listener: 'coffee-machine', eventId: `${randomUUID()}:1` });
const claimed = async (claiming: ReturnType<typeof first.claim>): Promise<HandledClaim> => {
  const claim = await claiming;
  if (typeof claim === 'string') throw new Error(`It is ${claim}`);
  return claim;
};

beforeEach(() => faults.clear());

describe('an event', () => {
  it('is claimed by one of those who ask at once, and remembered once it is handled', async () => {
    const handling = newHandling();
    const outcomes = await Promise.all([first, second, first, second].map((each) => each.claim(handling, leaseMs)));
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(3);
    const claim = outcomes.find((outcome) => typeof outcome !== 'string');
    if (!claim) throw new Error('Nobody has a claim');
    await first.finish(claim);
    now += 10 * leaseMs;
    for (const each of [first, second]) expect(await each.claim(handling, leaseMs)).toBe('done');
  });

  it('is one of its own for each listener', async () => {
    const { eventId } = newHandling();
    for (const listener of ['coffee-machine', 'doorbell']) await claimed(first.claim({ listener, eventId }, leaseMs));
  });

  it('can be claimed at once when its claim was given back', async () => {
    const handling = newHandling();
    const claim = await claimed(first.claim(handling, leaseMs));
    expect(await second.claim(handling, leaseMs)).toBe('taken');
    await first.release(claim);
    await claimed(second.claim(handling, leaseMs));
  });

  it('is taken over from one who crashed, once the lease is over and by one alone', async () => {
    const handling = newHandling();
    await claimed(first.claim(handling, leaseMs));
    now += leaseMs - 1;
    expect(await second.claim(handling, leaseMs)).toBe('taken');
    now += 1;
    const outcomes = await Promise.all([first, second].map((each) => each.claim(handling, leaseMs)));
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
  });

  it('stays with the one who took it over when the other one, who was only slow, gives it back', async () => {
    const handling = newHandling();
    const slow = await claimed(first.claim(handling, leaseMs));
    now += leaseMs;
    await claimed(second.claim(handling, leaseMs));
    await first.release(slow);
    expect(await first.claim(handling, leaseMs)).toBe('taken');
  });

  it('is handled once the one who was only slow is done, whoever took it over', async () => {
    const handling = newHandling();
    const slow = await claimed(first.claim(handling, leaseMs));
    now += leaseMs;
    const other = await claimed(second.claim(handling, leaseMs));
    await first.finish(slow);
    await second.release(other);
    expect(await second.claim(handling, leaseMs)).toBe('done');
  });

  it('is remembered for as long as the subscriber says', async () => {
    const handling = { ...newHandling(), remembersForSeconds: 1 };
    await first.finish(await claimed(first.claim(handling, leaseMs)));
    expect(await first.claim(handling, leaseMs)).toBe('done');
    await expect.poll(() => first.claim(handling, leaseMs)).not.toBe('done');
  });

  it.each(['before', 'after'] as const)('is claimed by one whose answer was lost, %s it was written', async (when) => {
    const handling = newHandling();
    await faults.inject({ on: { target: 'handled' }, fault: { kind: 'drop', when } });
    const claim = await claimed(first.claim(handling, leaseMs));
    await faults.inject({ on: { target: 'handled' }, fault: { kind: 'drop', when } });
    await first.finish(claim);
    expect((await faults.hits()).every((hits) => hits === 1)).toBe(true);
    expect(await second.claim(handling, leaseMs)).toBe('done');
  });
});

describe('work that is to be done once', () => {
  it('is done once by two instances that get the event at once, and again and again', async () => {
    const handling = newHandling();
    let runs = 0;
    let busy = 0;
    const work = async () => {
      runs += 1;
      busy += 1;
      expect(busy).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      busy -= 1;
    };
    const patient = async (handled: typeof first): Promise<void> => {
      try {
        await createOnce(handled)(handling, work, { retry });
      } catch (error) {
        if (!(error instanceof ServiceUnavailable)) throw error;
        await patient(handled);
      }
    };
    await Promise.all([first, second, first].map(patient));
    await patient(second);
    expect(runs).toBe(1);
  });

  it('is tried again at once after it failed', async () => {
    const handling = newHandling();
    const broken = () => Promise.reject(new Error('The machine is broken'));
    await expect(createOnce(first)(handling, broken, { retry })).rejects.toThrow('The machine is broken');
    let runs = 0;
    await createOnce(second)(handling, () => Promise.resolve(void (runs += 1)), { retry });
    expect(runs).toBe(1);
  });

  it('is done a second time only after a crash between the work and the note', async () => {
    const handling = newHandling();
    let runs = 0;
    const work = () => Promise.resolve(void (runs += 1));
    const crashing = { ...first, finish: () => Promise.reject(new Error('It crashed')) };
    await expect(createOnce(crashing)(handling, work, { retry })).rejects.toThrow('It crashed');
    await expect(createOnce(second)(handling, work, { retry })).rejects.toThrow(ServiceUnavailable);
    now += leaseMs;
    await createOnce(second)(handling, work, { retry });
    await createOnce(first)(handling, work, { retry });
    expect(runs).toBe(2);
  });
});
