import { z } from 'zod';
import { eventId } from '../../eventSourcing/commit.ts';
import { aggregateId, position, version } from '../../projections/fields.ts';
import type { Done } from '../http/commandEndpoint.ts';

const createdBody = z.object({ id: aggregateId, version, position }).meta({ id: 'Created' });

/** The answer to a creation: the new aggregate's id, and where to find it. */
export const created = (collection: string, location: string): Done => ({
  body: createdBody,
  headers: { Location: location },
  of: ({ aggregateId, version: reached }) => ({
    body: { id: aggregateId, version: reached, position: eventId(aggregateId, reached) },
    headers: { location: `/api/${collection}/${aggregateId}` },
  }),
});
