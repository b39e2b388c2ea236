import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../adapters/cosmos/emailClaims.ts';
import type { EmailClaim } from '../../application/commands/ports.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const claims = cosmosEmailClaims((await cosmosForTests()).container('customer-emails'));

const claimOf = (customerId: string): EmailClaim => ({ customerId, claimedAt: '2026-01-01T12:00:00.000Z' });
const holderOf = async (address: string) => {
  const holder = await claims.claim(address, claimOf('asking'));
  if (holder === 'claimed') throw new Error('It was free');
  return holder;
};
const claimed = async () => {
  const address = `${randomUUID()}@example.com`;
  expect(await claims.claim(address, claimOf('first'))).toBe('claimed');
  return { address, holder: await holderOf(address) };
};

describe('a claim', () => {
  it('is the first one’s; who comes later hears who that is', async () => {
    const { holder } = await claimed();
    expect(holder).toEqual({ ...claimOf('first'), etag: holder.etag });
  });

  it('is taken over as it was read', async () => {
    const { address, holder } = await claimed();
    expect(await claims.takeOver(address, claimOf('second'), holder.etag)).toBe('claimed');
    expect(await holderOf(address)).toMatchObject(claimOf('second'));
  });

  it('that has changed hands since it was read is not taken over', async () => {
    const { address, holder } = await claimed();
    await claims.takeOver(address, claimOf('second'), holder.etag);
    expect(await claims.takeOver(address, claimOf('third'), holder.etag)).toBe('conflict');
    expect(await holderOf(address)).toMatchObject(claimOf('second'));
  });

  it('may be on an address of any characters', async () => {
    const address = `${randomUUID()}/\\?#ü@example.com`;
    expect(await claims.claim(address, claimOf('first'))).toBe('claimed');
    expect(await holderOf(address)).toMatchObject(claimOf('first'));
  });
});
