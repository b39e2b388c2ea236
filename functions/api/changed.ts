import { z } from 'zod';
import { eventId } from '../../eventSourcing/commit.ts';
import { position, version } from '../../projections/fields.ts';
import type { Done } from '../http/commandEndpoint.ts';

const changedBody = z.object({ version, position }).meta({ id: 'Changed' });

const answer = (aggregateId: string, reached: number) => ({
  body: { version: reached, position: eventId(aggregateId, reached) },
});

/** The answer to a change of which there is no more to tell than how far its aggregate has come, also where all is so already. */
export const changed: Done = {
  body: changedBody,
  of: (commit) => answer(commit.aggregateId, commit.version),
  unchanged: answer,
};
