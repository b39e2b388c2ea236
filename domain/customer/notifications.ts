import { z } from 'zod';
import { isSameMoney, positiveMoney, type Money } from '../money.ts';

/** The types of events of which the bank tells customers by e-mail. */
export const notificationTypes = [
  ...(['AccountOpened', 'MoneyDeposited', 'MoneyWithdrawn'] as const),
  ...(['TransferSent', 'TransferReceived', 'TransferReturned'] as const),
] as const;
export const notificationType = z.enum(notificationTypes);
export type NotificationType = z.infer<typeof notificationType>;

/** Of what a customer wants to be told. */
export const notificationChoice = z.strictObject({
  /** Each at most once. */
  types: z.array(notificationType),
  /** Of movements in its currency, only greater ones are told; without it all are. */
  above: positiveMoney.optional(),
});
export type NotificationChoice = z.infer<typeof notificationChoice>;

/** The choice of a customer who has made none. */
export const everyNotification: NotificationChoice = { types: [...notificationTypes] };

/** Whether two choices mean the same; their types may come in any order. */
export const isSameChoice = (one: NotificationChoice, other: NotificationChoice): boolean =>
  one.types.toSorted().join() === other.types.toSorted().join() &&
  (one.above && other.above ? isSameMoney(one.above, other.above) : one.above === other.above);

/** Whether a customer wants to be told of an event of a type, which moves this amount, if any. */
export const isWanted = ({ types, above }: NotificationChoice, type: NotificationType, moved?: Money): boolean =>
  types.includes(type) && !(above && moved?.currency === above.currency && moved.minor <= above.minor);
