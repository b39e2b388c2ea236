import {
  definitionsOf,
  mergeDefinitions,
  pathOf,
  writeDefinition,
  type Definition,
  type QueueDefinition,
  type SubscriptionDefinition,
  type TopicDefinition,
} from '../definitions/definitions.ts';
import type { Namespace } from '../definitions/config.ts';
import { DuplicateWindow } from './duplicates.ts';
import { Entity } from './entity.ts';
import { entitySettings } from './entitySettings.ts';
import { entityDisabled, entityNotFound } from './errors.ts';
import { nothingRecovered, type Journal, type Recovered } from './journal.ts';
import { BrokerResources, maxHops, type Forward } from './resources.ts';
import { compileRule } from '../rules/rule.ts';
import { SequenceNumbers } from './sequenceNumbers.ts';
import type { StoredMessage } from './storedMessage.ts';
import { Topic, type Subscription, type TopicSettings } from './topic.ts';

/** The target of an address: a topic for sending, an entity for receiving, or both for a queue. */
export type Target = {
  readonly topic?: Topic;
  readonly entity?: Entity;
  /** Undefined for dead letters, which share the definition of their entity. */
  readonly definition?: Definition;
  /** Milliseconds since 1970. A restart resets it. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** The namespace: all topics and entities by address. It is synchronous, and each call passes the time. */
export class Broker {
  private readonly targets = new Map<string, Target>();
  /** The configured definition of each entity, by path in lower case. */
  private readonly configured: ReadonlyMap<string, string>;
  private readonly resources: BrokerResources;

  constructor(config: Namespace, journal: Journal, recovered: Recovered = nothingRecovered, now = 0) {
    this.resources = new BrokerResources(journal, (...message) => this.forward(...message));
    const definitions = definitionsOf(config);
    this.configured = new Map(definitions.map((one) => [pathOf(one).toLowerCase(), writeDefinition(one)]));
    for (const definition of mergeDefinitions(definitions, recovered.redefinitions)) this.create(definition, now);
    this.recover(recovered, now);
  }

  /** Ignores case. Undefined if nothing has this address. */
  find(address: string): Target | undefined {
    return this.targets.get(address.toLowerCase());
  }

  /** All targets with a definition, in the order of their creation. */
  *definitions(): Iterable<Target & { readonly definition: Definition }> {
    for (const { definition, ...target } of this.targets.values()) if (definition) yield { ...target, definition };
  }

  /** Creates or changes an entity. The caller must refuse changes to settings that are fixed. */
  put(definition: Definition, now: number): void {
    const path = pathOf(definition);
    const target = this.find(path);
    if (target) this.update(target, definition, now);
    else this.create(definition, now);
    this.redefine(path, writeDefinition(definition));
  }

  /** Removes an entity with its subscriptions and messages, and ends all its senders and receivers. */
  remove(path: string, now: number): void {
    const target = this.find(path);
    if (!target) return;
    const { topic, entity } = target;
    const isTopic = target.definition?.kind === 'topic';
    for (const { entity } of isTopic ? (topic?.subscriptions.values() ?? []) : []) this.remove(entity.path, now);
    this.targets.delete(path.toLowerCase());
    entity?.detachAll(entityNotFound(path), now);
    entity?.clear();
    topic?.clear(entityNotFound(path));
    if (target.definition?.kind === 'subscription') {
      this.find(target.definition.topic)?.topic?.subscriptions.delete(path.toLowerCase());
    }
    if (entity?.deadLetters) this.targets.delete(entity.deadLetters.path.toLowerCase());
    this.redefine(path, undefined);
  }

  /** Does everything that is due by now, and hands out ready messages. */
  advance(now: number): void {
    for (const { topic } of this.targets.values()) topic?.advance(now);
    for (const { entity } of this.targets.values()) entity?.dispatch(now);
    for (const target of this.targets.values()) {
      if (target.definition && idleEndOf(target) <= now) this.remove(pathOf(target.definition), now);
    }
  }

  /** The time at which `advance` has work again if nothing else happens; ms since 1970, or Infinity. */
  nextDeadline(): number {
    let next = Infinity;
    for (const target of this.targets.values()) {
      const { topic, entity } = target;
      next = Math.min(next, topic?.nextDeadline() ?? Infinity, entity?.nextDeadline() ?? Infinity, idleEndOf(target));
    }
    return next;
  }

  /** Skips entities that the configuration no longer has. Their messages stay in the journal. */
  private recover({ sequenceNumbers, ids, states, messages }: Recovered, now: number): void {
    for (const { path, last } of sequenceNumbers) {
      const target = this.find(path);
      (target?.entity ?? target?.topic)?.numbers.skip(last);
    }
    for (const id of ids) {
      this.resources.skipIds(id.key);
      this.find(id.path)?.topic?.duplicates?.restore(id);
    }
    for (const { path, sessionId, state, updatedAt } of states) {
      this.find(path)?.entity?.sessions?.restoreState(sessionId, state, updatedAt);
    }
    const found: (readonly [Target | undefined, StoredMessage])[] = [];
    for (const { path, message } of messages) {
      this.resources.skipIds(message.id);
      found.push([this.find(path), message]);
    }
    // Last, because an expired message moves to the dead letters under a new id, which must not be in use.
    for (const [target, message] of found) restore(message, target, now);
  }

  private create(definition: Definition, now: number): void {
    const times = { definition, createdAt: now, updatedAt: now };
    switch (definition.kind) {
      case 'queue': {
        const entity = this.createEntity(definition, now);
        const topic = this.createTopic(definition, entity.numbers);
        topic.subscriptions.set(definition.Name.toLowerCase(), { entity, rules: [] });
        this.set(definition.Name, { topic, entity, ...times });
        return;
      }
      case 'topic': {
        const numbers = new SequenceNumbers(definition.Name, this.resources.journal);
        this.set(definition.Name, { topic: this.createTopic(definition, numbers), ...times });
        return;
      }
      case 'subscription': {
        const entity = this.createEntity(definition, now);
        const subscription: Subscription = { entity, rules: definition.Rules.map(compileRule) };
        this.find(definition.topic)?.topic?.subscriptions.set(entity.path.toLowerCase(), subscription);
        this.set(entity.path, { entity, ...times });
      }
    }
  }

  private createTopic(definition: QueueDefinition | TopicDefinition, numbers: SequenceNumbers): Topic {
    const { RequiresDuplicateDetection, DuplicateDetectionHistoryTimeWindow } = definition.Properties;
    const duplicates = RequiresDuplicateDetection
      ? new DuplicateWindow(definition.Name, DuplicateDetectionHistoryTimeWindow, this.resources)
      : undefined;
    return new Topic(topicSettings(definition), numbers, duplicates, this.resources);
  }

  private createEntity(definition: QueueDefinition | SubscriptionDefinition, now: number): Entity {
    const entity = new Entity(pathOf(definition), entitySettings(definition), this.resources);
    entity.use(now);
    if (entity.deadLetters) {
      this.set(entity.deadLetters.path, { entity: entity.deadLetters, createdAt: now, updatedAt: now });
    }
    return entity;
  }

  private update(target: Target, definition: Definition, now: number): void {
    const { topic, entity } = target;
    if (definition.kind !== 'subscription') {
      topic?.configure(topicSettings(definition));
      topic?.duplicates?.configure(definition.Properties.DuplicateDetectionHistoryTimeWindow);
    }
    if (definition.kind !== 'topic' && entity) {
      const settings = entitySettings(definition);
      entity.configure(settings);
      entity.use(now);
      if (!settings.canReceive) entity.detachAll(entityDisabled(entity.path), now);
    }
    if (definition.kind === 'subscription') {
      const path = pathOf(definition).toLowerCase();
      const subscription = this.find(definition.topic)?.topic?.subscriptions.get(path);
      if (subscription) subscription.rules = definition.Rules.map(compileRule);
    }
    this.set(pathOf(definition), { ...target, definition, updatedAt: now });
  }

  private redefine(path: string, definition: string | undefined): void {
    this.resources.journal.redefine({ path, basis: this.configured.get(path.toLowerCase()), definition });
  }

  private set(path: string, target: Target): void {
    this.targets.set(path.toLowerCase(), target);
  }

  private readonly forward: Forward = (to, message, now, hops) => {
    const topic = this.find(to)?.topic;
    if (!topic?.canSend || hops > maxHops) return false;
    topic.publishForwarded(message, now, hops);
    return true;
  };
}

/** When a subscription that nobody receives from is deleted; Infinity for never. */
const idleEndOf = ({ definition, entity }: Target): number =>
  definition?.kind === 'subscription' && entity ? entity.idleSince + definition.Properties.AutoDeleteOnIdle : Infinity;

function restore(message: StoredMessage, target: Target | undefined, now: number): void {
  if (message.state === 'scheduled') target?.topic?.restore(message);
  else target?.entity?.restore(message, now);
}

const topicSettings = ({ kind, Properties }: QueueDefinition | TopicDefinition): TopicSettings => ({
  timeToLiveMs: Properties.DefaultMessageTimeToLive,
  requiresSession: kind === 'queue' && Properties.RequiresSession,
  isPartitioned: Properties.EnablePartitioning,
  canSend: Properties.Status === 'Active' || Properties.Status === 'ReceiveDisabled',
  capacityBytes: Properties.MaxSizeInMegabytes * 1024 * 1024,
});
