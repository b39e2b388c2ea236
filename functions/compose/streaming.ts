import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { positionOfToken, writePosition } from '../../adapters/cosmos/feedPosition.ts';
import { lazyStream } from '../../adapters/kafka/lazyStream.ts';
import { createStreamer } from '../../application/streaming/streamer.ts';
import { kafka } from '../../subscribers/kafka.ts';
import type { Settings } from '../settings/settings.ts';
import type { Shared } from './shared.ts';

/** How long a message may keep the streamer busy: a timer does the rest. */
const wakeMs = 20_000;

/** By so much an event may be late at Kafka while others come: each page costs four requests to Cosmos DB, and one to Kafka. */
const restMs = 250;

export type ComposedStreaming = ReturnType<typeof composeStreaming>;

/** Sends events to Kafka, where that is switched on. */
export const composeStreaming = (
  { stores: { changeFeed, checkpoints, parking }, clock, log }: Shared,
  { KAFKA, LISTENERS }: Pick<Settings, 'KAFKA' | 'LISTENERS'>,
) => {
  if (!KAFKA || !LISTENERS.includes(kafka.name)) return undefined;
  const stream = lazyStream(KAFKA.connection, KAFKA.topic);
  const streamer = createStreamer({
    ...{ name: kafka.name, holder: randomUUID() },
    ...{ changeFeed, checkpoints, stream, parking, clock, log },
    rest: () => sleep(restMs),
    positionInFeed: (position) => writePosition(positionOfToken(position)),
  });
  return {
    name: kafka.name,
    wake: () => streamer.run(clock.now() + wakeMs),
    run: (maximumMs: number) => streamer.run(clock.now() + maximumMs),
    restart: streamer.restart,
    status: streamer.status,
    close: () => stream.close(),
  };
};
