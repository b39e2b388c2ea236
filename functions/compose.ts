import type { Clock } from '../application/clock.ts';
import { createTurns } from '../application/turns.ts';
import { bankContext, composeBank } from './compose/bank.ts';
import { composeConsole } from './compose/console.ts';
import { openContext, serveContext } from './compose/context.ts';
import { composeInvariants } from './compose/invariants.ts';
import { composeLapsedHolds } from './compose/lapsedHolds.ts';
import { composeLateTransfers } from './compose/lateTransfers.ts';
import { composeStreaming } from './compose/streaming.ts';
import { composeWebhooks } from './compose/webhooks.ts';
import { createQuotes } from './http/quotes.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings/settings.ts';

/** Each may take 200 MB, of the 2 GB of an instance. */
const longStatementsAtOnce = 2;

/** Connects the bank to Azure. Only this file and `compose/` import adapters. */
export const compose = async (settings: Settings, clock: Clock): Promise<Services> => {
  const parts = await openContext(bankContext, settings, clock);
  const { shared, views, queries, tokens } = parts;
  const { log } = shared;
  const webhooks = composeWebhooks(shared, settings);
  const streaming = composeStreaming(shared, settings);
  const { execute, cachedAccount } = composeBank(parts);
  const services = serveContext(parts, {
    ...{ execute, webhooks, streaming },
    // A delivery that is cut off falls due again.
    drain: webhooks.drain,
    async close() {
      await streaming?.close();
      webhooks.close();
    },
  });
  const lateTransfers = composeLateTransfers(shared, queries, services, settings.TRANSFERS_LATE_AFTER_SECONDS);
  const lapsedHolds = composeLapsedHolds(shared, queries, services);
  const invariants = composeInvariants(shared, views);

  return {
    ...services,
    console: composeConsole(settings, tokens),
    cachedAccount,
    ...createQuotes(settings.CURSOR_KEY),
    webhooks: webhooks.manage,
    problemOfUrl: webhooks.problemOfUrl,
    takeRenderingTurn: createTurns(longStatementsAtOnce),
    listLateTransfers: lateTransfers.list,
    listInvariants: invariants.listInvariants,
    /** Side by side: each timer costs a second of an instance for every run. */
    async reconcile(maximumMs) {
      const checking = invariants.checkInvariants();
      try {
        await services.reconcile(maximumMs);
      } finally {
        // The run fails where it cannot write a view, which transfers and holds need not wait for.
        await Promise.all([lateTransfers.settleLate(), lapsedHolds.expireLapsed()]);
        await checking;
      }
    },
    async begin() {
      await services.begin();
      // It goes on after that.
      void invariants.checkInvariants();
      if (settings.LISTENERS.includes('webhooks')) {
        webhooks.manage.reseal().catch((error: unknown) => {
          log('warn', `Secrets of webhooks are sealed anew when they are used: ${String(error)}`);
        });
      }
    },
  };
};
