import type { View } from '../../eventSourcing/view.ts';
import { views } from '../../projections/registry.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { viewEndpoint } from '../http/viewEndpoint.ts';
import type { ContextServices } from '../services.ts';

/** The queries that views declare. */
export const endpointsOf = (declared: readonly View[]): EndpointTable<ContextServices> =>
  Object.fromEntries(
    declared.flatMap((view) => (view.routes ?? []).map((route) => [route.id, viewEndpoint(view, route)])),
  );

export const viewEndpoints = endpointsOf(views);
