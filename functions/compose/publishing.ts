import { observedTopic } from '../../adapters/telemetry/observedTopic.ts';
import type { Topic } from '../../application/publishing/ports.ts';
import { createPublisher } from '../../application/publishing/publisher.ts';
import { runRelay } from '../../application/publishing/relay.ts';
import type { Shared } from './shared.ts';

export const composePublishing = ({ telemetry: { observe }, stores, topic, clock, log }: Shared) => {
  const publisher = createPublisher(observe<Topic>(topic, observedTopic('publisher')), log);
  const relayTopic = observe<Topic>(topic, observedTopic('relay'));
  const { changeFeed, checkpoints, parking } = stores;

  return {
    publish: publisher.publish,
    drain: publisher.drain,
    relay: (maximumMs: number) =>
      runRelay(
        { changeFeed, checkpoints, topic: relayTopic, isSent: publisher.takeSent, parking, log, clock },
        clock.now() + maximumMs,
      ),
  };
};
