import { views } from '../../projections/registry.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { viewEndpoint } from '../http/viewEndpoint.ts';

/** The queries that views declare. */
export const viewEndpoints: EndpointTable = Object.fromEntries(
  views.flatMap((view) => (view.routes ?? []).map((route) => [route.id, viewEndpoint(view, route)])),
);
