import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import type { AccountCommandOf, CaptureHold } from '../../domain/account/commands.ts';
import { amount, instantQuery, position, uuid, version } from '../../projections/fields.ts';
import { command, commandOf, type Done } from '../http/commandEndpoint.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import {
  eventIdParameter,
  idRoute,
  movementWith,
  optionalMovementWith,
  versionOn,
  withoutBody,
} from '../http/schemas.ts';
import { explainEndedHold } from './holdStatus.ts';
import { balancesIn, lastEventOf, movedWithin } from './moved.ts';
import { followTransfer } from './transferProgress.ts';
import { transferSent } from './transferSent.ts';

const holdRoute = idRoute.extend({ holdId: eventIdParameter('The id of the hold') });

const balances = { version, position, balance: amount, available: amount };

/** Text that is no instant is refused by the rules, as an instant is that is out of range: only once the key was looked up. */
const expiry = z
  .string()
  .transform((text) => instantQuery.safeParse(text).data ?? 'no instant')
  .meta({
    format: 'date-time',
    description: 'From then on it holds nothing; 7 days from now if not given, 31 at most',
  });

const placed: Done = {
  body: z.object({ holdId: position, ...balances, expiresAt: z.iso.datetime() }).meta({ id: 'HoldPlaced' }),
  of(commit) {
    const { id, version: reached, data } = lastEventOf(commit, ['HoldPlaced']);
    const { expiresAt } = data;
    return { body: { holdId: id, version: reached, position: id, ...balancesIn(data), expiresAt } };
  },
};

const released: Done = {
  body: z.object(balances).meta({ id: 'HoldReleased' }),
  of(commit) {
    const { id, version: reached, data } = lastEventOf(commit, ['HoldReleased']);
    return { body: { version: reached, position: id, ...balancesIn(data) } };
  },
};

/** Without a receiver the money leaves the bank; with one, the capture is a transfer. */
const captured: Done = {
  body: z.union([movedWithin.body, transferSent.body]),
  headers: transferSent.headers ?? {},
  of: (commit) => (commit.events.at(-1)?.type === 'TransferSent' ? transferSent.of(commit) : movedWithin.of(commit)),
};

/** The view `transactions` declares the query of holds, which `views.ts` serves. */
export const holdEndpoints: EndpointTable = {
  placeHold: command(account, 'PlaceHold', {
    post: 'accounts/{id}/holds',
    access: 'command',
    summary: 'Hold money for somebody, until it is captured, released, or its time is over',
    body: movementWith({ expiresAt: expiry.optional() }),
    example: { amount: '50.00', currency: 'EUR', reference: 'Hotel' },
    refuses: ['AccountClosed', 'AccountFrozen', 'CurrencyMismatch', 'InsufficientFunds', 'TooManyHolds'],
    answers: placed,
  }),
  captureHold: commandOf(
    account,
    {
      post: 'accounts/{id}/holds/{holdId}/capture',
      access: 'command',
      summary: 'Take all that is held, or less; the rest is free again',
      params: holdRoute,
      body: optionalMovementWith({
        to: uuid.optional().meta({ description: 'The account that gets the money; without one it leaves the bank' }),
      }),
      mayLackBody: true,
      example: { amount: '45.00', currency: 'EUR' },
      refuses: [
        ...(['AccountClosed', 'HoldEnded', 'SameAccount', 'CurrencyMismatch', 'UnknownAccount'] as const),
        ...(['ReceiverClosed', 'CaptureExceedsHold', 'TooManyTransfers'] as const),
      ],
      answers: captured,
      ...followTransfer,
      explain: explainEndedHold,
    },
    ({ params: { id, holdId }, body: { amount: wanted, to, reference } }): CaptureHold => ({
      type: 'CaptureHold',
      hold: versionOn(id, holdId),
      amount: wanted,
      reference,
      ...(to !== undefined && { to: { id: to, isSame: to === id, receiver: undefined } }),
    }),
  ),
  releaseHold: commandOf(
    account,
    {
      post: 'accounts/{id}/holds/{holdId}/release',
      access: 'command',
      summary: 'Free what is held',
      params: holdRoute,
      ...withoutBody,
      refuses: ['AccountClosed', 'HoldEnded'],
      answers: released,
      explain: explainEndedHold,
    },
    ({ params: { id, holdId } }): AccountCommandOf<'ReleaseHold'> => ({
      type: 'ReleaseHold',
      hold: versionOn(id, holdId),
    }),
  ),
};
