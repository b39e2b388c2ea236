import { named, type NamedEndpoint } from '../http/endpoint.ts';
import { accountLifeEndpoints } from './accountLife.ts';
import { accountEndpoints } from './accounts.ts';
import { activityEndpoints } from './activity.ts';
import { customerEndpoints } from './customers.ts';
import { deadLetterEndpoints } from './deadLetters.ts';
import { eventTypes } from './eventTypes.ts';
import { feedEndpoints } from './feed.ts';
import { fxEndpoints } from './fx.ts';
import { gapEndpointsOfBank } from './gapsOfBank.ts';
import { holdEndpoints } from './holds.ts';
import { jobEndpoints } from './jobs.ts';
import { ledgerEndpoints } from './ledger.ts';
import { listenerEndpoints } from './listeners.ts';
import { notificationEndpoints } from './notifications.ts';
import { docsEndpoints, pageEndpoints } from './pages.ts';
import { projectionEndpoints } from './projections.ts';
import { serviceEndpoints } from './service.ts';
import { statementEndpoints } from './statements.ts';
import { transferEndpoints } from './transfers.ts';
import { viewEndpoints } from './views.ts';
import { webhookDeliveryEndpoints } from './webhookDeliveries.ts';
import { webhookEndpoints } from './webhooks.ts';

/** Every endpoint of the API. */
export const endpoints: readonly NamedEndpoint[] = named(
  'api/',
  customerEndpoints,
  notificationEndpoints,
  accountEndpoints,
  accountLifeEndpoints,
  holdEndpoints,
  transferEndpoints,
  statementEndpoints,
  fxEndpoints,
  viewEndpoints,
  ledgerEndpoints,
  feedEndpoints,
  serviceEndpoints((subscriptions) => servedWith(subscriptions)),
  docsEndpoints,
  projectionEndpoints,
  gapEndpointsOfBank,
  listenerEndpoints,
  activityEndpoints,
  jobEndpoints(eventTypes),
  deadLetterEndpoints,
  webhookEndpoints,
  webhookDeliveryEndpoints,
);

/** Pages, and what they load: all that is not below `api/`. */
export const pages: readonly NamedEndpoint[] = named('', pageEndpoints);

/** Those that are served where these subscriptions are on. */
export const servedWith = (subscriptions: readonly { readonly name: string }[]): readonly NamedEndpoint[] =>
  endpoints.filter(({ listener }) => listener === undefined || subscriptions.some(({ name }) => name === listener));
