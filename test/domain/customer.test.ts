import { describe, expect, it } from 'vitest';
import { customer } from '../../domain/customer/customer.ts';
import type { CustomerEvent } from '../../domain/customer/events.ts';
import { everyNotification, type NotificationChoice } from '../../domain/customer/notifications.ts';
import { created, eur } from '../support/bank.ts';
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

describe('choosing notifications', () => {
  const types = [...everyNotification.types].reverse();
  const some: NotificationChoice = { types: ['MoneyDeposited'], above: eur(50_00) };
  const chosen = { type: 'NotificationsChosen', data: some } satisfies CustomerEvent;
  const choose = (choice: NotificationChoice) => ({ type: 'ChooseNotifications', ...choice }) as const;

  it('records the choice', () => given(customer, created).when(choose(some)).yields(chosen));

  it('is no event where it changes nothing: at first all are chosen, and none above', () => {
    given(customer, created).when(choose({ types })).yields();
    given(customer, created, chosen, renamed, changed).when(choose(chosen.data)).yields();
  });

  it('is one where an amount or a type comes or goes', () => {
    const above = { types, above: eur(1) };
    given(customer, created).when(choose(above)).yields({ type: 'NotificationsChosen', data: above });
    given(customer, created)
      .when(choose({ types: [] }))
      .yields({ type: 'NotificationsChosen', data: { types: [] } });
    given(customer, created, chosen)
      .when(choose({ types: ['MoneyDeposited'] }))
      .yields({ type: 'NotificationsChosen', data: { types: ['MoneyDeposited'] } });
  });

  it('needs a customer', () => given(customer).when(choose({ types })).rejects({ code: 'CustomerUnknown' }));
});

it('the state of a customer names the event that has the address, and nobody', () => {
  const events = [created, renamed, changed, lapsed];
  const state = events.reduce(
    (reached, event, index) => customer.evolve(reached, event, index + 1, givenAt),
    customer.initial,
  );
  expect(state).toEqual({ status: 'known', emailVersion: 3, claimEpoch: 4 });
});
