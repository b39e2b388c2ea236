import type { Namespace, QueueConfig, SubscriptionConfig, TopicConfig } from './config.ts';
import { DuplicateWindow, type RememberedId } from './duplicates.ts';
import { Entity, type EntitySettings } from './entity.ts';
import { BrokerResources, type Journal } from './resources.ts';
import { catchAll, compileRule } from './rule.ts';
import type { StoredMessage } from './storedMessage.ts';
import { Topic, type Subscription } from './topic.ts';

/** What an address leads to: a topic to send to, an entity to receive from, or (a queue) both. */
export type Target = { readonly topic?: Topic; readonly entity?: Entity };

/** What a journal gives back after a restart, each list in the order it was noted. */
export type Recovered = {
  readonly sequenceNumbers: Iterable<{ readonly path: string; readonly last: number }>;
  readonly ids: Iterable<RememberedId>;
  readonly messages: Iterable<{ readonly path: string; readonly message: StoredMessage }>;
};

/** The namespace: all topics and entities by address. Synchronous; time comes in with every call. */
export class Broker {
  private readonly targets = new Map<string, Target>();
  private readonly topics: Topic[] = [];
  private readonly entities: Entity[] = [];
  private readonly resources: BrokerResources;

  constructor(config: Namespace, journal: Journal) {
    this.resources = new BrokerResources(journal);
    for (const topic of config.Topics) this.addTopic(topic);
    for (const queue of config.Queues) this.addQueue(queue);
  }

  /** Case does not count. Undefined for what is not there. */
  find(address: string): Target | undefined {
    return this.targets.get(address.toLowerCase());
  }

  /** Entities that left the configuration are passed over: their messages stay in the journal. */
  recover({ sequenceNumbers, ids, messages }: Recovered, now: number): void {
    for (const { path, last } of sequenceNumbers) {
      const target = this.find(path);
      target?.topic?.skipSequenceNumbers(last);
      target?.entity?.skipSequenceNumbers(last);
    }
    for (const id of ids) {
      this.resources.skipIds(id.key);
      this.find(id.path)?.topic?.duplicates?.restore(id);
    }
    const found: (readonly [Target | undefined, StoredMessage])[] = [];
    for (const { path, message } of messages) {
      this.resources.skipIds(message.id);
      found.push([this.find(path), message]);
    }
    // Only now: what has expired meanwhile moves to the dead letters, under a new id.
    for (const [target, message] of found) {
      if (message.state === 'scheduled') target?.topic?.restore(message);
      else target?.entity?.restore(message, now);
    }
  }

  /** Does all that is due by now and hands out what is ready. */
  advance(now: number): void {
    for (const topic of this.topics) topic.advance(now);
    for (const entity of this.entities) entity.dispatch(now);
  }

  /** When `advance` will have something to do by the passing of time alone; ms since 1970, or Infinity. */
  nextDeadline(): number {
    return Math.min(...[...this.topics, ...this.entities].map((one) => one.nextDeadline()), Infinity);
  }

  private addTopic({ Name, Properties, Subscriptions }: TopicConfig): void {
    const subscriptions = Subscriptions.map((subscription) => this.addSubscription(Name, subscription));
    const topic = this.open(Name, Properties, subscriptions);
    this.targets.set(Name.toLowerCase(), { topic });
  }

  private addSubscription(topicName: string, { Name, Properties, Rules }: SubscriptionConfig): Subscription {
    const entity = this.addEntity(`${topicName}/Subscriptions/${Name}`, Properties);
    this.targets.set(entity.path.toLowerCase(), { entity });
    return { entity, rules: Rules.length > 0 ? Rules.map(compileRule) : [catchAll] };
  }

  private addQueue({ Name, Properties }: QueueConfig): void {
    const entity = this.addEntity(Name, Properties);
    const topic = this.open(Name, Properties, [{ entity, rules: [catchAll] }]);
    this.targets.set(Name.toLowerCase(), { topic, entity });
  }

  private open(path: string, properties: TopicConfig['Properties'], subscriptions: readonly Subscription[]): Topic {
    const duplicates = properties.RequiresDuplicateDetection
      ? new DuplicateWindow(path, properties.DuplicateDetectionHistoryTimeWindow, this.resources)
      : undefined;
    const settings = { timeToLiveMs: properties.DefaultMessageTimeToLive, subscriptions, duplicates };
    const topic = new Topic(path, settings, this.resources);
    this.topics.push(topic);
    return topic;
  }

  private addEntity(path: string, properties: SubscriptionConfig['Properties']): Entity {
    const settings: EntitySettings = {
      lockMs: properties.LockDuration,
      maxDeliveryCount: properties.MaxDeliveryCount,
      timeToLiveMs: properties.DefaultMessageTimeToLive,
      deadLettersExpired: properties.DeadLetteringOnMessageExpiration,
    };
    const entity = new Entity(path, settings, this.resources);
    this.entities.push(entity);
    const { deadLetters } = entity;
    if (deadLetters) {
      this.entities.push(deadLetters);
      this.targets.set(deadLetters.path.toLowerCase(), { entity: deadLetters });
    }
    return entity;
  }
}
