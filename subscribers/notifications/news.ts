import type { AccountEvent } from '../../domain/account/events.ts';
import type { NotificationType } from '../../domain/customer/notifications.ts';
import type { Money } from '../../domain/money.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { amountText, timeText } from './texts.ts';

/** What a letter says: nothing of it is about the other side of a transfer but the id of the account. */
export type News = {
  readonly type: NotificationType;
  /** What the event moves, if anything. */
  readonly moved?: Money;
  readonly subject: string;
  readonly sentence: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
};

type Fact = readonly [label: string, value: string | undefined];

/** The news that an event of an account is to its customer; undefined for an event of which nobody is told. */
export const newsOf = (event: RecordedEvent<AccountEvent>): News | undefined => {
  const { aggregateId, occurredAt } = event;
  const tell = (type: NotificationType, subject: string, sentence: string, ...facts: readonly Fact[]): News => ({
    ...{ type, subject, sentence },
    facts: [['Account', aggregateId] as const, ...facts, ['Time', timeText(occurredAt)] as const].flatMap(
      ([label, value]) => (value === undefined ? [] : [[label, value] as const]),
    ),
  });

  switch (event.type) {
    case 'AccountOpened':
      return tell('AccountOpened', 'Your new account', 'Your new account is open.', ['Currency', event.data.currency]);
    case 'MoneyDeposited': {
      const { amount, reference } = event.data;
      const sentence = `${amountText(amount)} came into your account.`;
      return moving(event.data, tell('MoneyDeposited', 'Money came in', sentence, ['Reference', reference]));
    }
    case 'MoneyWithdrawn': {
      const { amount, reference } = event.data;
      const sentence = `${amountText(amount)} left your account.`;
      return moving(event.data, tell('MoneyWithdrawn', 'Money went out', sentence, ['Reference', reference]));
    }
    case 'HoldCaptured': {
      const { amount, to, reference } = event.data;
      // The TransferSent that follows tells of the others.
      if (to !== undefined) return undefined;
      const sentence = `${amountText(amount)} that was held left your account.`;
      return moving(event.data, tell('MoneyWithdrawn', 'Money went out', sentence, ['Reference', reference]));
    }
    case 'TransferSent': {
      const { amount, received, to, rate, reference } = event.data;
      const sentence = `${amountText(amount)} left your account for another one.`;
      const arrives = rate && amountText(received);
      const about: readonly Fact[] = [
        ...([
          ['To account', to],
          ['Arrives as', arrives],
        ] as const),
        ['Reference', reference],
      ];
      return moving(event.data, tell('TransferSent', 'You sent a transfer', sentence, ...about));
    }
    case 'TransferReceived': {
      const { amount, from, reference } = event.data;
      const sentence = `${amountText(amount)} came into your account from another one.`;
      const about: readonly Fact[] = [
        ['From account', from],
        ['Reference', reference],
      ];
      return moving(event.data, tell('TransferReceived', 'You received a transfer', sentence, ...about));
    }
    case 'TransferReturned': {
      const { amount, to, reference } = event.data;
      const sentence = `The account that should get ${amountText(amount)} did not take it: the money is back in yours.`;
      const about: readonly Fact[] = [
        ['To account', to],
        ['Reference', reference],
      ];
      return moving(event.data, tell('TransferReturned', 'A transfer came back', sentence, ...about));
    }
    default:
      return undefined;
  }
};

/** The same with what it moves and the balance after it. */
const moving = (
  { amount, balance }: { readonly amount: Money; readonly balance: number },
  { facts, ...news }: News,
): News => ({
  ...news,
  moved: amount,
  facts: [...facts.slice(0, -1), ['Balance', amountText({ ...amount, minor: balance })], ...facts.slice(-1)],
});
