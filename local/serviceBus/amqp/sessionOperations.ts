import { z } from 'zod';
import type { Hold } from '../broker/sessions.ts';
import * as encode from './encode.ts';
import { nothingFound, ok, type ManagementOperation, type ManagementRequest } from './managementRequest.ts';
import { entityOf } from './messageOperations.ts';

const ofSession = z.object({ 'session-id': z.string() });
const newState = z.object({ 'session-state': z.instanceof(Buffer).nullish() });
const listing = z.object({ 'last-updated-time': z.date(), skip: z.int().min(0), top: z.int().min(1) });

/** The operations on sessions, by name without the prefix `com.microsoft:`. Only the holder of a session may use it. */
export const sessionOperations: readonly (readonly [string, ManagementOperation])[] = [
  [
    'renew-session-lock',
    {
      kind: 'renewLock',
      run: (request) =>
        ok('expiration', encode.timestamp(entityOf(request.target).renewSession(held(request), request.now))),
    },
  ],
  [
    'get-session-state',
    {
      kind: 'session',
      run(request) {
        const { state } = held(request).session;
        return ok('session-state', state ? encode.binary(state) : encode.nil);
      },
    },
  ],
  [
    'set-session-state',
    {
      kind: 'session',
      run(request) {
        const state = newState.parse(request.args)['session-state'];
        entityOf(request.target).sessions?.setState(held(request), state ? Buffer.from(state) : undefined, request.now);
        return ok();
      },
    },
  ],
  [
    'get-message-sessions',
    {
      kind: 'session',
      run({ args, target }) {
        const { 'last-updated-time': since, skip, top } = listing.parse(args);
        const ids = [...(entityOf(target).sessions?.updatedSince(since.getTime()) ?? [])].slice(skip, skip + top);
        if (ids.length === 0) return nothingFound;
        const entries = [encode.string('skip'), encode.int(skip + ids.length)];
        return {
          status: 200,
          body: encode.map([
            ...entries,
            ...[encode.string('sessions-ids'), encode.list(ids.map((id) => encode.string(id)))],
          ]),
        };
      },
    },
  ],
];

function held({ args, target, peer, associatedLink, now }: ManagementRequest): Hold {
  const { 'session-id': id } = ofSession.parse(args);
  const consumer = associatedLink === undefined ? undefined : peer.sessionConsumers.get(associatedLink);
  return entityOf(target).holdOf(id, consumer, now);
}
