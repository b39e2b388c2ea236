import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import type { AccountCommandOf } from '../../domain/account/commands.ts';
import { accountStatus } from '../../domain/account/state.ts';
import { line } from '../../domain/text.ts';
import { eventId } from '../../eventSourcing/commit.ts';
import { position, version } from '../../projections/fields.ts';
import { command, commandOf, type Done } from '../http/commandEndpoint.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { idRoute } from '../http/schemas.ts';

/** The answer to what leaves an account with a status. */
const becomes = (status: z.infer<typeof accountStatus>): Done => {
  const answer = (id: string, reached: number) => ({
    body: { version: reached, position: eventId(id, reached), status },
  });
  return {
    body: z.object({ version, position, status: accountStatus }).meta({ id: 'AccountStatus' }),
    of: (commit) => answer(commit.aggregateId, commit.version),
    unchanged: answer,
  };
};

const reason = line(140);

export const accountLifeEndpoints: EndpointTable = {
  freezeAccount: command(account, 'FreezeAccount', {
    post: 'accounts/{id}/freeze',
    access: 'command',
    summary: 'Freeze an account: it gives nothing away but what it holds for others',
    body: z.strictObject({ reason }),
    example: { reason: 'Card lost' },
    refuses: ['AccountClosed'],
    answers: becomes('frozen'),
  }),
  unfreezeAccount: command(account, 'UnfreezeAccount', {
    post: 'accounts/{id}/unfreeze',
    access: 'command',
    summary: 'Unfreeze an account',
    body: z.strictObject({ reason }),
    example: { reason: 'Card found' },
    refuses: ['AccountClosed'],
    answers: becomes('open'),
  }),
  closeAccount: commandOf(
    account,
    {
      post: 'accounts/{id}/close',
      access: 'ownCommand',
      summary: 'Close an empty account for good; a frozen one is for tellers to close',
      params: idRoute,
      body: z.strictObject({ reason: reason.optional() }),
      mayLackBody: true,
      example: { reason: 'Moved abroad' },
      refuses: ['AccountFrozen', 'TransfersInTransit', 'HoldsOpen', 'BalanceNotZero'],
      answers: becomes('closed'),
    },
    ({ body, caller }): AccountCommandOf<'CloseAccount'> => ({
      type: 'CloseAccount',
      ...body,
      byOwner: caller.onlyFor !== undefined,
    }),
  ),
};
