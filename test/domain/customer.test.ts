import { describe, expect, it } from 'vitest';
import { customer } from '../../domain/customer/customer.ts';
import type { CustomerEvent } from '../../domain/customer/events.ts';
import { created } from '../support/bank.ts';
import { given, givenAt } from '../support/given.ts';

describe('creating a customer', () => {
  const command = { type: 'CreateCustomer', firstName: 'Ada', lastName: 'Lovelace', email: 'Ada@example.com' } as const;

  it('records the name and the address as written', () => given(customer).when(command).yields(created));

  it('happens once', () => given(customer, created).when(command).rejects({ code: 'CustomerAlreadyExists' }));
});

describe('renaming a customer', () => {
  const command = { type: 'RenameCustomer', firstName: 'Ada', lastName: 'King' } as const;

  it('records the name alone', () =>
    given(customer, created)
      .when(command)
      .yields({ type: 'CustomerRenamed', data: { person: { firstName: 'Ada', lastName: 'King' } } }));

  it('needs a customer', () => given(customer).when(command).rejects({ code: 'CustomerUnknown' }));
});

const changed: CustomerEvent = { type: 'CustomerEmailChanged', data: { person: { email: 'ada.king@example.com' } } };
const renamed: CustomerEvent = { type: 'CustomerRenamed', data: { person: { firstName: 'Ada', lastName: 'King' } } };
const lapsed: CustomerEvent = { type: 'EmailClaimLapsed', data: { claimedAt: givenAt } };
const moved = { code: 'EmailClaimMoved' } as const;

describe('changing an e-mail address', () => {
  const command = { type: 'ChangeEmail', email: 'ada.king@example.com' } as const;

  it('records the address as written', () =>
    given(customer, created)
      .when({ ...command, claimEpoch: 1 })
      .yields(changed));

  it('is refused without a claim', () => given(customer, created).when(command).rejects(moved));

  it.each([
    ['the address has changed', changed],
    ['the claim has lapsed', lapsed],
  ])('is refused with a claim from before %s', (_, event) => {
    given(customer, created, event)
      .when({ ...command, claimEpoch: 1 })
      .rejects(moved);
    given(customer, created, event)
      .when({ ...command, claimEpoch: 2 })
      .yields(changed);
  });

  it('may follow a claim from before a new name', () =>
    given(customer, created, renamed)
      .when({ ...command, claimEpoch: 1 })
      .yields(changed));

  it('needs a customer', () =>
    given(customer)
      .when({ ...command, claimEpoch: 1 })
      .rejects({ code: 'CustomerUnknown' }));
});

describe('letting a claim lapse', () => {
  it('ends the epoch', () =>
    given(customer, created).when({ type: 'LapseEmailClaim', claimEpoch: 1, claimedAt: givenAt }).yields(lapsed));

  it('is refused where the epoch has ended', () =>
    given(customer, created, changed)
      .when({ type: 'LapseEmailClaim', claimEpoch: 1, claimedAt: givenAt })
      .rejects(moved));
});

it('the state of a customer names the event that has the address, and nobody', () => {
  const events = [created, renamed, changed, lapsed];
  const state = events.reduce(
    (reached, event, index) => customer.evolve(reached, event, index + 1, givenAt),
    customer.initial,
  );
  expect(state).toEqual({ status: 'known', emailVersion: 3, claimEpoch: 4 });
});
