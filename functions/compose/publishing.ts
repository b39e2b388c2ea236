import { AsyncLocalStorage } from 'node:async_hooks';
import { observedTopic } from '../../adapters/telemetry/observedTopic.ts';
import type { Topic } from '../../application/publishing/ports.ts';
import { createPublisher } from '../../application/publishing/publisher.ts';
import { createRelaying } from '../../application/publishing/relaying.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Shared } from './shared.ts';

export const composePublishing = ({ telemetry: { observe }, recording, stores, topic, clock, log }: Shared) => {
  const publisher = createPublisher(recording.topic(observe<Topic>(topic, observedTopic('publisher'))), log);
  const relayTopic = recording.topic(observe<Topic>(topic, observedTopic('relay')));
  const { changeFeed, checkpoints, parking } = stores;

  const isSent = publisher.takeSent;
  const relaying = createRelaying({ changeFeed, checkpoints, topic: relayTopic, isSent, parking, log, clock });

  // A run of the relay is on no request's bill, and in no request's trace.
  const outside = AsyncLocalStorage.snapshot();

  return {
    publish: (commits: readonly Commit[]) => {
      publisher.publish(commits);
      outside(() => relaying.note(commits.length));
    },
    drain: publisher.drain,
    relay: relaying.run,
  };
};
