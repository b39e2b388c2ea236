import { z } from 'zod';
import { eventId, type Commit } from '../../domain/commit.ts';
import { aggregateId, position, version } from '../../projections/fields.ts';

export const createdBody = z.object({ id: aggregateId, version, position }).meta({ id: 'Created' });

export const created =
  (collection: 'customers' | 'accounts') =>
  ({ aggregateId, version: reached }: Commit) => ({
    body: { id: aggregateId, version: reached, position: eventId(aggregateId, reached) },
    headers: { location: `/api/${collection}/${aggregateId}` },
  });
