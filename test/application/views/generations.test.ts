import { describe, expect, it } from 'vitest';
import * as alias from '../../../application/views/alias.ts';
import { createGenerations, recentMs } from '../../../application/views/generations.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { generationName, type Generation, type View } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { aliasesInMemory } from '../../support/generations.ts';

const first = { ...accounts, version: 1 } as unknown as View;
const second: View = { ...first, version: 2, former: first };
const instant = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const work = (second: number) => ({ jobId: `job ${second}`, since: instant(second) });
const sure = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('It is undefined');
  return value;
};

/** Instances that share their aliases, in a bank that has history or has none. */
const instances = (isEmpty = true) => {
  const aliases = aliasesInMemory();
  let now = 0;
  let reads = 0;
  const counting = { ...aliases, load: () => ((reads += 1), aliases.load()) };
  const eventStore = { isEmpty: () => Promise.resolve(isEmpty) };
  return {
    instance: () =>
      createGenerations({ aliases: counting, eventStore, subscriptionOf: () => 'views', clock: { now: () => now } }),
    pass: (ms: number) => (now += ms),
    reads: () => reads,
  };
};
const named = (generation: Generation | undefined) => generation && generationName(generation);
const fedTo = (view: View, as: alias.Alias) =>
  alias.fedBy(view, as).fed.map(({ generation }) => generationName(generation));

/** 1.1 is live, 2.2 on its way. */
const raised = async () => {
  const bank = instances();
  const generations = bank.instance();
  await generations.current(first);
  const as = await generations.change(second, (now) => alias.begin(now, 2, work(1)));
  const complete = sure(alias.beginPass(as, next, 0));
  return { ...bank, generations, as: complete };
};
const next = { version: 2, build: 2 };

describe('the first generation', () => {
  it('answers at once in a bank without history', async () => {
    const generations = instances().instance();
    expect(named(await generations.answering(first))).toBe('accounts@1.1');
  });

  it('has to be built in a bank with history: until then nothing answers, and nothing is fed', async () => {
    const generations = instances(false).instance();
    await expect(generations.answering(first)).rejects.toThrow(ServiceUnavailable);
    expect(fedTo(first, await generations.current(first))).toEqual([]);
  });

  it('is that of one of two instances which begin at once', async () => {
    const { instance } = instances();
    const [one, other] = await Promise.all([instance().current(first), instance().current(second)]);
    expect(one).toEqual(other);
  });
});

describe('a view that a release moves to another subscription', () => {
  it('has its new name in the alias once that changes', async () => {
    const aliases = aliasesInMemory();
    const options = { aliases, eventStore: { isEmpty: () => Promise.resolve(true) }, clock: { now: () => 0 } };
    await createGenerations({ ...options, subscriptionOf: () => 'views' }).current(first);
    const moved = createGenerations({ ...options, subscriptionOf: () => 'own' });
    expect(await moved.current(first)).toMatchObject({ subscription: 'views' });
    await moved.change(first, (now) => alias.begin(now, 1, work(1)));
    expect(await moved.current(first)).toMatchObject({ subscription: 'own' });
  });
});

describe('an event', () => {
  it('is written to the live generation last', async () => {
    const { as } = await raised();
    expect(fedTo(second, as)).toEqual(['accounts@2.2', 'accounts@1.1']);
    expect(fedTo(second, sure(alias.flip(as, next, instant(2))))).toEqual(['accounts@1.1', 'accounts@2.2']);
  });

  it('passes by a generation that an instance has no code for, which is said before the flip', async () => {
    const { as } = await raised();
    expect(fedTo(first, as)).toEqual(['accounts@1.1']);
    const { unknown } = alias.fedBy(first, as);
    expect(unknown).toMatchObject([next]);
    const marked = alias.markMissed(as, unknown);
    expect(marked?.generations).toMatchObject([{ missed: false }, { missed: true }]);
    expect(alias.markMissed(sure(marked), unknown)).toBeUndefined();
    expect(alias.flip(sure(marked), next, instant(2))).toBeUndefined();
    expect(alias.beginPass(sure(marked), next, 0)).toBeUndefined();
    expect(alias.flip(sure(alias.beginPass(sure(marked), next, 1)), next, instant(2))).toBeDefined();
  });
});

describe('a query', () => {
  it('is answered by the live generation, by each version of the code that can read it', async () => {
    const { as } = await raised();
    expect(named(alias.answering(second, as))).toBe('accounts@1.1');
    expect(named(alias.answering(second, sure(alias.flip(as, next, instant(2)))))).toBe('accounts@2.2');
  });

  it('is answered by a retired generation where the code is older, as long as no event passed that one by', async () => {
    const { as } = await raised();
    const flipped = sure(alias.flip(as, next, instant(2)));
    expect(named(alias.answering(first, flipped))).toBe('accounts@1.1');
    const missed = alias.markMissed(flipped, [{ version: 1, build: 1 }]);
    expect(missed && alias.answering(first, missed)).toBeUndefined();
  });

  it('goes by an alias that is at most two seconds old', async () => {
    const { instance, pass, reads } = instances();
    const generations = instance();
    await generations.current(first);
    const before = reads();
    await generations.answering(first);
    pass(recentMs - 1);
    await generations.answering(first);
    expect(reads()).toBe(before);
    pass(1);
    await generations.answering(first);
    expect(reads()).toBe(before + 1);
  });

  it('goes by the alias as it is, once it has seen that another generation is on its way', async () => {
    const { generations, instance } = await raised();
    const other = instance();
    expect(named(await other.answering(second))).toBe('accounts@1.1');
    await generations.change(second, (now) => alias.beginPass(now, next, 0));
    await generations.change(second, (now) => alias.flip(now, next, instant(2)));
    expect(named(await other.answering(second))).toBe('accounts@2.2');
  });
});

describe('a generation', () => {
  it('that was flipped from is kept, and the one before it cleared', async () => {
    const { as } = await raised();
    const flipped = sure(alias.flip(as, next, instant(2)));
    const id = { version: 2, build: 3 };
    const third = sure(alias.beginPass(sure(alias.begin(flipped, 2, work(3))), id, 0));
    expect(alias.begin(third, 2, work(4))).toBeUndefined();
    expect(sure(alias.flip(third, id, instant(4))).generations).toMatchObject([
      { build: 1, state: 'clearing' },
      { build: 2, state: 'retired' },
      { build: 3, state: 'live' },
    ]);
  });

  it('that is flipped back to goes on where it was', async () => {
    const { as } = await raised();
    const back = sure(alias.flipBack(sure(alias.flip(as, next, instant(2))), work(3)));
    expect(back).toMatchObject({ heldVersion: 2 });
    expect(fedTo(second, back)).toEqual(['accounts@1.1', 'accounts@2.2']);
    expect(sure(alias.flip(back, { version: 1, build: 1 }, instant(4))).generations).toMatchObject([
      { build: 1, state: 'live' },
      { build: 2, state: 'retired' },
    ]);
  });

  it('that was given up is cleared, and its version waits to be asked for', async () => {
    const { as } = await raised();
    const givenUp = alias.giveUp(as, next, 'clearing', instant(2));
    expect(givenUp).toMatchObject({ heldVersion: 2, generations: [{ state: 'live' }, { state: 'clearing' }] });
    expect(alias.begin(givenUp, 2, work(3))).toMatchObject({ heldVersion: undefined, builds: 3 });
  });

  it('that has been retired for long enough is cleared, and in the end gone', async () => {
    const { as } = await raised();
    const flipped = sure(alias.flip(as, next, instant(2)));
    expect(alias.expire(flipped, instant(2), instant(9))).toBeUndefined();
    const cleared = alias.expire(flipped, instant(3), instant(9));
    expect(cleared?.generations).toMatchObject([{ state: 'clearing', since: instant(9) }, { state: 'live' }]);
    expect(cleared && alias.remove(cleared, { version: 1, build: 1 }).generations).toHaveLength(1);
  });
});
