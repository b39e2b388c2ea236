import type { Broker, Target } from '../broker/broker.ts';
import { pathOf, type Definition, type SubscriptionDefinition } from '../definitions/definitions.ts';
import type { RuleConfig } from '../rules/ruleConfig.ts';
import type { Entry } from './atom.ts';
import { descriptionName, readDefinition, writeDescription } from './entityDescription.ts';
import { alreadyThere, BadRequest, notFound, Refusal } from './refusal.ts';
import { entityPathOf, type Resource } from './resources.ts';
import { readRule, writeRule } from './ruleDescription.ts';
import { childOf, parseXml, type XmlElement } from './xml.ts';

export type AdministrationRequest = {
  readonly resource: Resource;
  readonly method: string;
  /** True when a PUT changes an existing entity, false when it creates a new one. */
  readonly isUpdate: boolean;
  readonly body: string;
  readonly host: string;
  readonly now: number;
};

/** The content of an answer: one entry, a list of entries, or nothing. */
export type Outcome = { readonly status: number; readonly entry?: Entry; readonly list?: readonly Entry[] };

type Defined = Target & { readonly definition: Definition };

/** Carries out a request. Throws a Refusal, or a ZodError for a wrong description. */
export function administer(broker: Broker, request: AdministrationRequest): Outcome {
  const { resource, method } = request;
  const inOne = resource.kind === 'entity' || resource.kind === 'subscription' || resource.kind === 'rule';
  if (!inOne) {
    if (method !== 'GET') throw new Refusal(405, 'This resource is read-only.');
    return list(broker, request);
  }
  switch (method) {
    case 'GET':
      return { status: 200, entry: read(broker, request) };
    case 'PUT':
      return put(broker, request);
    case 'DELETE':
      return remove(broker, request);
    default:
      throw new Refusal(405, `${method} is not possible here.`);
  }
}

function list(broker: Broker, { resource, host, now }: AdministrationRequest): Outcome {
  const all = [...broker.definitions()];
  const entities = (isWanted: (definition: Definition) => boolean): Outcome => ({
    status: 200,
    list: all.filter(({ definition }) => isWanted(definition)).map((target) => entityEntry(target, host)),
  });
  switch (resource.kind) {
    case 'queues':
      return entities(({ kind }) => kind === 'queue');
    case 'topics':
      return entities(({ kind }) => kind === 'topic');
    case 'subscriptions': {
      const { definition } = defined(broker, resource.topic);
      return entities((one) => one.kind === 'subscription' && one.topic === definition.Name);
    }
    case 'rules': {
      const subscription = subscriptionAt(broker, resource);
      return { status: 200, list: subscription.Rules.map((rule) => ruleEntry(subscription, rule, host, now)) };
    }
    default:
      return { status: 200, entry: namespaceEntry(host, now) };
  }
}

function read(broker: Broker, { resource, host, now }: AdministrationRequest): Entry {
  if (resource.kind !== 'rule') return entityEntry(defined(broker, entityPathOf(resource)), host);
  const subscription = subscriptionAt(broker, resource);
  return ruleEntry(subscription, ruleNamed(subscription, resource.name), host, now);
}

function put(broker: Broker, request: AdministrationRequest): Outcome {
  const { resource, isUpdate, host, now } = request;
  const description = childOf(parseXml(request.body), 'content')?.children[0];
  if (!description) throw new BadRequest('There is no description in the body.');
  if (resource.kind === 'rule') return putRule(broker, request, description, resource.name);
  const path = entityPathOf(resource);
  const before = broker.find(path)?.definition;
  if (isUpdate && !before) throw notFound(path);
  if (!isUpdate && before) throw alreadyThere(path);
  const definition = describedIn(broker, resource, description, before);
  broker.put(definition, now);
  return { status: isUpdate ? 200 : 201, entry: entityEntry(defined(broker, path), host) };
}

function describedIn(
  broker: Broker,
  resource: Resource,
  description: XmlElement,
  before: Definition | undefined,
): Definition {
  const definition =
    resource.kind === 'subscription'
      ? readDefinition('subscription', [resource.name, defined(broker, resource.topic).definition.Name], description)
      : readDefinition(entityKindOf(description), [entityPathOf(resource)], description);
  assertForwards(broker, definition);
  if (!before) return definition;
  assertUnchanged(before, definition);
  // An update does not contain rules, and a name keeps the case in which it was created.
  if (definition.kind !== 'subscription' || before.kind !== 'subscription') return { ...definition, Name: before.Name };
  return { ...definition, Name: before.Name, Rules: before.Rules };
}

function entityKindOf({ name }: XmlElement): 'queue' | 'topic' {
  if (name === descriptionName.queue) return 'queue';
  if (name === descriptionName.topic) return 'topic';
  throw new BadRequest(`${name} does not belong here.`);
}

function assertForwards(broker: Broker, definition: Definition): void {
  if (definition.kind === 'topic') return;
  const { ForwardTo, ForwardDeadLetteredMessagesTo } = definition.Properties;
  for (const to of [ForwardTo, ForwardDeadLetteredMessagesTo]) {
    if (to !== '' && !broker.find(to)?.topic) throw new BadRequest(`There is no '${to}' to forward messages to.`);
  }
  if (ForwardTo !== '' && definition.Properties.RequiresSession) {
    throw new BadRequest('An entity that requires sessions cannot forward its messages.');
  }
}

/** Settings that cannot change after creation. */
const lasting = ['RequiresSession', 'RequiresDuplicateDetection', 'EnablePartitioning'];

function assertUnchanged(before: Definition, after: Definition): void {
  const [old, changed]: Record<string, unknown>[] = [before.Properties, after.Properties];
  const different = lasting.filter((name) => old?.[name] !== changed?.[name]);
  if (before.kind !== after.kind) throw alreadyThere(pathOf(before));
  if (different.length > 0) throw new BadRequest(`${different.join(', ')} cannot be changed.`);
}

function putRule(
  broker: Broker,
  { resource, isUpdate, host, now }: AdministrationRequest,
  description: XmlElement,
  name: string,
): Outcome {
  const subscription = subscriptionAt(broker, resource);
  const before = isUpdate ? ruleNamed(subscription, name) : undefined;
  if (!isUpdate && subscription.Rules.some((rule) => isNamed(rule, name))) throw alreadyThere(name);
  const rule = readRule(before?.Name ?? name, description);
  const Rules = before ? subscription.Rules.map((one) => (one === before ? rule : one)) : [...subscription.Rules, rule];
  broker.put({ ...subscription, Rules }, now);
  return { status: isUpdate ? 200 : 201, entry: ruleEntry(subscription, rule, host, now) };
}

function remove(broker: Broker, { resource, now }: AdministrationRequest): Outcome {
  if (resource.kind === 'rule') {
    const subscription = subscriptionAt(broker, resource);
    const removed = ruleNamed(subscription, resource.name);
    broker.put({ ...subscription, Rules: subscription.Rules.filter((rule) => rule !== removed) }, now);
  } else broker.remove(pathOf(defined(broker, entityPathOf(resource)).definition), now);
  return { status: 200 };
}

function defined(broker: Broker, path: string): Defined {
  const target = broker.find(path);
  if (!target?.definition) throw notFound(path);
  return { ...target, definition: target.definition };
}

function subscriptionAt(broker: Broker, resource: Resource): SubscriptionDefinition {
  const path = entityPathOf(resource);
  const { definition } = defined(broker, path);
  if (definition.kind !== 'subscription') throw notFound(path);
  return definition;
}

const isNamed = (rule: RuleConfig, name: string) => rule.Name.toLowerCase() === name.toLowerCase();

function ruleNamed(subscription: SubscriptionDefinition, name: string): RuleConfig {
  const found = subscription.Rules.find((rule) => isNamed(rule, name));
  if (!found) throw notFound(`${pathOf(subscription)}/Rules/${name}`);
  return found;
}

const entityEntry = (target: Defined, host: string): Entry => ({
  id: `https://${host}/${pathOf(target.definition)}`,
  title: target.definition.Name,
  description: [descriptionName[target.definition.kind], writeDescription(target, host)],
});

const ruleEntry = (subscription: SubscriptionDefinition, rule: RuleConfig, host: string, now: number): Entry => ({
  id: `https://${host}/${pathOf(subscription)}/Rules/${rule.Name}`,
  title: rule.Name,
  description: ['RuleDescription', writeRule(rule, new Date(now))],
});

const namespaceEntry = (host: string, now: number): Entry => {
  const time = new Date(now).toISOString();
  const facts = {
    CreatedTime: time,
    MessagingSKU: 'Standard',
    ModifiedTime: time,
    Name: 'local',
    NamespaceType: 'Messaging',
  };
  return {
    id: `https://${host}/$namespaceinfo`,
    title: 'local',
    description: ['NamespaceInfo', Object.entries(facts).map(([name, value]) => `<${name}>${value}</${name}>`)],
  };
};
