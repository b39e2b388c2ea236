import type { Context } from '../context.ts';
import { named, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import type { About } from '../http/openApiDocument.ts';
import type { ContextServices } from '../services.ts';
import { activityEndpoints } from './activity.ts';
import { deadLetterEndpoints } from './deadLetters.ts';
import { gapEndpoints } from './gaps.ts';
import { healthEndpoints } from './health.ts';
import { jobEndpoints } from './jobs.ts';
import { listenerEndpoints } from './listeners.ts';
import { openApiEndpoint } from './openApi.ts';
import { projectionEndpoints } from './projections.ts';
import { endpointsOf } from './views.ts';

/** The API of a further context: its own endpoints, the queries of its views, and what the kit has for its operators. */
export const contextApi = (
  { registry, views }: Pick<Context, 'registry' | 'views'>,
  about: About,
  own: EndpointTable<ContextServices>,
): readonly NamedEndpoint<ContextServices>[] => {
  const types = registry.kinds.flatMap(({ events }) => events.map(({ type }) => type));
  const endpoints: readonly NamedEndpoint<ContextServices>[] = named<ContextServices>(
    'api/',
    ...[
      own,
      endpointsOf(views),
      healthEndpoints(),
      { openApi: openApiEndpoint<ContextServices>(() => endpoints, about) },
    ],
    ...[projectionEndpoints, gapEndpoints, listenerEndpoints],
    ...[activityEndpoints, jobEndpoints(types), deadLetterEndpoints],
  );
  return endpoints;
};
