import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../application/publishing/message.ts';
import type { Alias } from '../../../application/views/alias.ts';
import type { Projector } from '../../../application/views/projector.ts';
import { accounts } from '../../../projections/accounts.ts';
import { commitOf, created, opened } from '../../support/bank.ts';
import { liveAsCoded } from '../../support/generations.ts';
import { viewHandler } from '../../support/listening.ts';

/** The view as it is, and a generation that only newer code can feed. */
const alias: Alias = {
  view: 'accounts',
  builds: 2,
  generations: [
    { version: 99, build: 2, state: 'building', since: '', missed: false, passes: 1 },
    { version: accounts.version, build: 1, state: 'live', since: '', missed: false, passes: 0 },
  ],
};

const newHandler = () => {
  const steps: string[] = [];
  const projector: Projector = {
    apply: () => (steps.push('write'), Promise.resolve({ positions: {}, failures: new Map() })),
    catchUp: () => expect.unreachable('Nobody asks'),
    position: () => expect.unreachable('Nobody asks'),
  };
  const handle = viewHandler({
    projector,
    generations: {
      ...liveAsCoded(),
      current: () => (steps.push('alias'), Promise.resolve(alias)),
      miss: (_view, ids) => (steps.push(`miss ${ids.map(({ version }) => version).join()}`), Promise.resolve()),
    },
    parking: { park: () => Promise.resolve(void steps.push('park')) },
    clock: { now: () => 0 },
    log: () => undefined,
    pause: () => Promise.resolve(),
  });
  const deliver = (...bodies: unknown[]) =>
    handle(
      accounts,
      bodies.map((body) => ({ messageId: randomUUID(), body })),
    );
  return { deliver, steps };
};
const opening = () => messagesOf(commitOf('account', randomUUID(), 0, [opened()]));

describe('a generation that this program has no code for', () => {
  it('is marked as having missed the event before the event is written to any other', async () => {
    const { deliver, steps } = newHandler();
    await deliver(...opening());
    expect(steps).toEqual(['alias', 'miss 99', 'write']);
  });

  it.each([
    ['nobody here can read', [{ hello: 'there' }], ['park', 'alias', 'miss 99']],
    ['no generation here follows', messagesOf(commitOf('customer', randomUUID(), 0, [created])), ['alias', 'miss 99']],
  ])('is marked as having missed what %s', async (_, bodies, expected) => {
    const { deliver, steps } = newHandler();
    await deliver(...bodies);
    expect(steps).toEqual(expected);
  });
});
