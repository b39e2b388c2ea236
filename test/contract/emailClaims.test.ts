import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../adapters/cosmos/emailClaims.ts';
import type { EmailClaim, EmailClaims } from '../../application/commands/ports.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { memoryEmailClaims } from '../support/memoryBank.ts';

const cosmos = cosmosEmailClaims((await cosmosForTests()).container('customer-emails'));

const claimOf = (customerId: string): EmailClaim => ({ customerId, claimedAt: '2026-01-01T12:00:00.000Z' });

describe.each<[string, EmailClaims]>([
  ['Cosmos DB', cosmos],
  ['memory', memoryEmailClaims()],
])('a claim in %s', (_, claims) => {
  const etagOf = async (written: ReturnType<EmailClaims['write']>): Promise<string> => {
    const result = await written;
    if (result === 'conflict') throw new Error('It was another one');
    return result.etag;
  };
  const claimed = async () => {
    const address = `${randomUUID()}@example.com`;
    return { address, etag: await etagOf(claims.write(address, claimOf('first'))) };
  };

  it('is the first one’s; who comes later reads who that is', async () => {
    const { address, etag } = await claimed();
    expect(await claims.write(address, claimOf('second'))).toBe('conflict');
    expect(await claims.read(address)).toEqual({ ...claimOf('first'), etag });
  });

  it('is there once it was written', async () =>
    expect(await claims.read(`${randomUUID()}@example.com`)).toBe(undefined));

  it('is replaced as it was read', async () => {
    const { address, etag } = await claimed();
    const second = await etagOf(claims.write(address, claimOf('second'), etag));
    expect(await claims.read(address)).toEqual({ ...claimOf('second'), etag: second });
  });

  it('that was written anew since it was read is not replaced', async () => {
    const { address, etag } = await claimed();
    await etagOf(claims.write(address, claimOf('second'), etag));
    expect(await claims.write(address, claimOf('third'), etag)).toBe('conflict');
    expect(await claims.read(address)).toMatchObject(claimOf('second'));
  });

  it('that is written anew with the same words is another one', async () => {
    const { address, etag } = await claimed();
    const again = await etagOf(claims.write(address, claimOf('first'), etag));
    expect(again).not.toBe(etag);
    await claims.release(address, etag);
    expect(await claims.read(address)).toEqual({ ...claimOf('first'), etag: again });
  });

  it('is free once it is released', async () => {
    const { address, etag } = await claimed();
    await claims.release(address, etag);
    expect(await claims.read(address)).toBe(undefined);
    expect(await claims.write(address, claimOf('third'), etag)).toBe('conflict');
    const again = await etagOf(claims.write(address, claimOf('second')));
    // A release that comes twice does not hit who came after the first.
    await claims.release(address, etag);
    expect(await claims.read(address)).toEqual({ ...claimOf('second'), etag: again });
  });

  it('goes to one of many who write at the same moment', async () => {
    const address = `${randomUUID()}@example.com`;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => claims.write(address, claimOf(`${index}`))),
    );
    expect(results.filter((result) => result !== 'conflict')).toHaveLength(1);
  });

  it('may be on an address of any characters', async () => {
    const address = `${randomUUID()}/\\?#ü@example.com`;
    const etag = await etagOf(claims.write(address, claimOf('first')));
    expect(await claims.read(address)).toMatchObject(claimOf('first'));
    await claims.release(address, etag);
    expect(await claims.read(address)).toBe(undefined);
  });
});
