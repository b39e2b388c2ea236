import { projections } from '../../projections/registry.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { viewEndpoint } from '../http/viewEndpoint.ts';

/** The queries that projections declare. */
export const viewEndpoints: EndpointTable = Object.fromEntries(
  projections.flatMap((projection) =>
    (projection.routes ?? []).map((route) => [route.id, viewEndpoint(projection, route)]),
  ),
);
