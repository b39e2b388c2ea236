import { z } from 'zod';
import { currency } from '../currency.ts';
import { minorUnits, type Money } from '../money.ts';

/**
 * A hold that no event has ended: the version of its HoldPlaced, minor units, and when it expires, in ms since 1970. Three numbers, since
 * every commit carries the state.
 */
const openHold = z.tuple([z.int(), minorUnits, z.int()]);
export type OpenHold = z.infer<typeof openHold>;
/** A transfer on its way: the version of its TransferSent, minor units, and when the account sent it, in ms since 1970. */
const openTransfer = z.tuple([z.int(), minorUnits, z.int()]);

const begun = {
  customerId: z.string(),
  currency,
  balance: minorUnits,
  holds: z.array(openHold),
  transfers: z.array(openTransfer),
};
export const accountStatus = z.enum(['open', 'frozen', 'closed']);
export const openedAccount = z.strictObject({ status: accountStatus, ...begun });

export const accountState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unopened') }),
  openedAccount,
]);
export type Account = z.infer<typeof accountState>;
/** An account that was opened. */
export type OpenedAccount = z.infer<typeof openedAccount>;

/** An account has no more open holds, nor more transfers on their way. */
export const maximumOpen = 100;

const sum = (entries: readonly (readonly [number, number, number])[]): number =>
  entries.reduce((total, [, minor]) => total + minor, 0);

/** Whether a hold holds nothing any more at an instant. */
export const hasExpired = ([, , expiresAt]: OpenHold, at: string): boolean => expiresAt <= Date.parse(at);

/** What the holds of an account hold at an instant, in minor units. */
export const heldAt = (holds: readonly OpenHold[], at: string): number =>
  sum(holds.filter((hold) => !hasExpired(hold, at)));

/** What the account has sent and whose end it does not know yet, in minor units. */
export const inTransitOf = ({ transfers }: Pick<OpenedAccount, 'transfers'>): number => sum(transfers);

/** What the account may give away at an instant: the balance less what is held. */
export const availableAt = ({ balance, holds, currency: code }: OpenedAccount, at: string): Money => ({
  minor: balance - heldAt(holds, at),
  currency: code,
});
