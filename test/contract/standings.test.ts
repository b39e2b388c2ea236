import { describe, expect, it } from 'vitest';
import { cosmosStandings } from '../../adapters/cosmos/views/standings.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const container = (await cosmosForTests()).container('checkpoints');
const standings = cosmosStandings(container);
const at = '2026-01-01T00:00:00.000Z';

describe('the standing of the views', () => {
  it('is not there before the first run, and then that of the last one', async () => {
    expect(await standings.load()).toBeUndefined();
    const first = { at, behind: { accounts: { events: 3, oldest: at } }, aggregates: 2, more: true };
    await standings.save(first);
    expect(await standings.load()).toEqual(first);
    const second = { at, behind: {}, aggregates: 0, more: false };
    await standings.save(second);
    expect(await standings.load()).toEqual(second);
  });

  it('that another version of the program wrote is as good as none', async () => {
    await container.items.upsert({ id: 'standing', at: 'yesterday' });
    expect(await standings.load()).toBeUndefined();
  });
});
