import type { EmailClaim, EmailClaims } from '../../application/commands/ports.ts';
import type { EventStore, Fenced, Snapshot } from '../../application/eventStore.ts';
import type { Commit } from '../../eventSourcing/commit.ts';

/** Claims in memory: fast enough for thousands of runs. */
export const memoryEmailClaims = (): EmailClaims => {
  const claims = new Map<string, EmailClaim & { readonly etag: string }>();
  let writes = 0;
  return {
    read: (address) => Promise.resolve(claims.get(address)),
    write(address, { customerId, claimedAt }, expected) {
      if (claims.get(address)?.etag !== expected) return Promise.resolve('conflict');
      const etag = String((writes += 1));
      claims.set(address, { customerId, claimedAt, etag });
      return Promise.resolve({ etag });
    },
    release(address, etag) {
      if (claims.get(address)?.etag === etag) claims.delete(address);
      return Promise.resolve();
    },
  };
};

type Stream = { readonly commits: Commit[]; after: Snapshot };

/** What commands need of an event store, in memory. */
export const memoryEventStore = (): EventStore => {
  const streams = new Map<string, Stream | Fenced>();
  const commitsOf = (id: string): readonly Commit[] => {
    const stream = streams.get(id);
    return stream === undefined || stream === 'fenced' ? [] : stream.commits;
  };
  const placeOf = ({ events }: Commit) => events[0]?.version;
  const elsewhere = (): never => {
    throw new Error('No command asks for this');
  };

  return {
    loadNewest(id) {
      const stream = streams.get(id);
      if (stream === undefined || stream === 'fenced') return Promise.resolve(stream);
      const newest = stream.commits.at(-1);
      return Promise.resolve(newest && { ...newest, ...stream.after });
    },
    commitAt: (id, version) =>
      Promise.resolve(
        version === 1 && streams.get(id) === 'fenced'
          ? 'fenced'
          : commitsOf(id).find((commit) => placeOf(commit) === version),
      ),
    commitWith: (id, version) =>
      Promise.resolve(commitsOf(id).find((commit) => (placeOf(commit) ?? 0) <= version && version <= commit.version)),
    append(commits, after) {
      const id = commits[0]?.aggregateId ?? '';
      const stream = streams.get(id) ?? { commits: [], after };
      const version = commitsOf(id).at(-1)?.version ?? 0;
      const isTaken = stream === 'fenced' || commits[0] === undefined || placeOf(commits[0]) !== version + 1;
      const repeated = commits.findIndex(({ commandId }) => commitsOf(id).some((old) => old.commandId === commandId));
      if (isTaken || repeated >= 0) return Promise.resolve({ outcome: 'conflict', index: Math.max(0, repeated) });
      stream.commits.push(...commits);
      stream.after = after;
      streams.set(id, stream);
      return Promise.resolve({ outcome: 'appended' });
    },
    findCommit: (id, commandId) => Promise.resolve(commitsOf(id).find((commit) => commit.commandId === commandId)),
    // eslint-disable-next-line @typescript-eslint/require-await
    async *readCommits(id, afterVersion) {
      yield commitsOf(id).filter(({ version }) => version > afterVersion);
    },
    fence(id) {
      if (commitsOf(id).length > 0) return Promise.resolve('exists');
      streams.set(id, 'fenced');
      return Promise.resolve('fenced');
    },
    ...{ readPast: elsewhere, newestVersion: elsewhere, listAggregates: elsewhere },
    ...{ commitIn: elsewhere, commitsWith: elsewhere, countCommits: elsewhere, isEmpty: elsewhere },
  };
};
