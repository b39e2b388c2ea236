import { setTimeout as sleep } from 'node:timers/promises';
import { record } from '../../adapters/telemetry/metrics.ts';
import { cosmosDeliveries } from '../../adapters/cosmos/deliveries.ts';
import { cosmosWebhooks } from '../../adapters/cosmos/webhooks.ts';
import { openWebhookSecrets } from '../../adapters/signing/webhookSecrets.ts';
import { openAddresses } from '../../adapters/webhooks/addresses.ts';
import { openPost } from '../../adapters/webhooks/post.ts';
import { instantOf } from '../../application/clock.ts';
import { copyFor } from '../../application/subscriptions/copyFor.ts';
import { Unhandleable } from '../../application/subscriptions/subscriber.ts';
import { openWebhooks } from '../../application/webhooks/webhooks.ts';
import { webhooks as listener } from '../../subscribers/webhooks.ts';
import type { Settings } from '../settings/settings.ts';
import type { Shared } from './shared.ts';

const address = { subscription: listener.name, listener: listener.name };

/** Tells webhooks of events, and lets operators manage them. */
export const composeWebhooks = (
  { database, stores: { eventStore }, topic, clock, log }: Shared,
  settings: Pick<Settings, 'CURSOR_KEY' | 'LISTENERS' | 'WEBHOOKS_ALLOW_LOCAL' | 'WEBSITE_HOSTNAME'>,
) => {
  let host: string | undefined;
  const addresses = openAddresses({
    allowLocal: settings.WEBHOOKS_ALLOW_LOCAL,
    ownHost: () => (host ??= settings.WEBSITE_HOSTNAME),
  });
  const { post, close } = openPost({ addresses });
  const opened = openWebhooks({
    webhooks: cosmosWebhooks(database.container('webhooks')),
    deliveries: cosmosDeliveries(database.container('deliveries')),
    ...{ eventStore, post, clock, log },
    secrets: openWebhookSecrets(settings.CURSOR_KEY),
    async wake(event, at = instantOf(clock.now())) {
      // By the number of its tries, which the app signs, the listener knows that the copy is no news.
      const copy = { ...copyFor(address, event, { messageId: event.id }, at), tries: 0 };
      const unsent = await topic.sendCopies([copy]);
      if (unsent.length > 0) throw new Unhandleable(`A copy of ${event.id} is too large to be sent`);
    },
    wait: async (ms) => {
      await sleep(ms, undefined, { ref: false });
    },
    random: Math.random,
    onTried: ({ status, error }) => record('daybook.webhooks.tries', 1, { outcome: error ?? String(status) }),
    onDisabled: (reason) => record('daybook.webhooks.disabled', 1, { reason }),
    onOld: () => record('daybook.untold', 1, { listener: listener.name }),
  });
  return {
    ...opened,
    status: async () => (settings.LISTENERS.includes(listener.name) ? opened.status() : []),
    problemOfUrl: addresses.problemOf,
    close,
  };
};
