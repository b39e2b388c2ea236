import { compatibilityPartitioner, Producer, stringSerializers } from '@platformatic/kafka';
import type { CloudEvent } from '../../application/publishing/message.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Stream } from '../../application/streaming/ports.ts';
import type { Brokers } from './connection.ts';
import { isTooLarge, reasonsOf } from './failure.ts';
import { recordOf, type TopicTemplate } from './record.ts';

type KafkaProducer = Producer<string, string, string, string>;

/**
 * Topics of Kafka, or of Event Hubs by its Kafka endpoint: one for each kind of aggregate. The topics must be there. After a failure the
 * next append connects anew, so that nothing of the failed one is sent any more.
 */
export const openKafka = (brokers: Brokers, template: TopicTemplate): Stream => {
  let producer: KafkaProducer | undefined;

  const open = (): KafkaProducer =>
    new Producer({
      ...brokers,
      clientId: 'daybook',
      serializers: stringSerializers,
      // As Java's clients do, so that their events of the same keys share partitions.
      partitioner: compatibilityPartitioner,
      idempotent: true,
      autocreateTopics: false,
      connectTimeout: 3_000,
      requestTimeout: 5_000,
      // An idempotent producer would try for ever. After more of them the caller tries again.
      retries: 3,
      retryDelay: 200,
    });

  const abandon = (): void => {
    const failed = producer;
    producer = undefined;
    // The sends that it still waits for have failed already.
    failed?.close(true).catch(() => undefined);
  };

  const send = async (events: readonly CloudEvent[], signal: AbortSignal): Promise<void> => {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(new Error('Kafka has not acknowledged in time'));
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      producer ??= open();
      await Promise.race([producer.send({ messages: events.map((event) => recordOf(template, event)) }), aborted]);
    } catch (error) {
      abandon();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

  /** Halves what is too large, until it knows which event it is. */
  const append = async (events: readonly CloudEvent[], signal: AbortSignal): Promise<readonly CloudEvent[]> => {
    try {
      await send(events, signal);
      return [];
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (events.length === 1) return events;
      const half = Math.ceil(events.length / 2);
      return [...(await append(events.slice(0, half), signal)), ...(await append(events.slice(half), signal))];
    }
  };

  return {
    async append(events, signal) {
      try {
        return await append(events, signal);
      } catch (error) {
        throw new ServiceUnavailable('Kafka', { cause: new Error(reasonsOf(error), { cause: error }) });
      }
    },
    async close() {
      const last = producer;
      producer = undefined;
      await last?.close(true);
    },
  };
};
