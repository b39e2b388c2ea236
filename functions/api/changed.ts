import { z } from 'zod';
import { eventId } from '../../eventSourcing/commit.ts';
import { position, version } from '../../projections/fields.ts';
import type { Done } from '../http/commandEndpoint.ts';

const changedBody = z.object({ version, position }).meta({ id: 'Changed' });

/** The answer to a change of which there is no more to tell than how far its aggregate has come. */
export const changed: Done = {
  body: changedBody,
  of: ({ aggregateId, version: reached }) => ({
    body: { version: reached, position: eventId(aggregateId, reached) },
  }),
};
