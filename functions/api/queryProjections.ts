import { projections } from '../../projections/registry.ts';
import { serveRoute } from '../http/projectionRoute.ts';

for (const projection of projections) {
  for (const route of projection.routes ?? []) serveRoute(projection, route);
}
