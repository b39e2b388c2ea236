import { subscriptionPath } from '../definitions/entityNames.ts';

/** The part of the namespace that a request addresses. */
export type Resource =
  | { readonly kind: 'namespace' }
  | { readonly kind: 'queues' | 'topics' }
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'subscriptions'; readonly topic: string }
  | { readonly kind: 'subscription'; readonly topic: string; readonly name: string }
  | { readonly kind: 'rules'; readonly topic: string; readonly subscription: string }
  | { readonly kind: 'rule'; readonly topic: string; readonly subscription: string; readonly name: string };

/** Reads the path of a request. Undefined if it addresses no resource. */
export function parseResource(encoded: string): Resource | undefined {
  const path = decodePath(encoded)?.replace(/^\/+|\/+$/g, '');
  if (path === undefined || path === '') return undefined;
  if (/^\$namespaceinfo$/i.test(path)) return { kind: 'namespace' };
  const [, list] = /^\$Resources\/(queues|topics)$/i.exec(path) ?? [];
  if (list !== undefined) return { kind: list.toLowerCase() === 'queues' ? 'queues' : 'topics' };
  const [, topic, subscription, rules, rule] =
    /^(.+?)\/subscriptions(?:\/([^/]+)(\/rules(?:\/([^/]+))?)?)?$/i.exec(path) ?? [];
  if (topic === undefined) return { kind: 'entity', name: path };
  if (subscription === undefined) return { kind: 'subscriptions', topic };
  if (rules === undefined) return { kind: 'subscription', topic, name: subscription };
  return rule === undefined
    ? { kind: 'rules', topic, subscription }
    : { kind: 'rule', topic, subscription, name: rule };
}

function decodePath(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The path of the entity to which the resource belongs; empty for lists of the namespace. */
export function entityPathOf(resource: Resource): string {
  switch (resource.kind) {
    case 'namespace':
    case 'queues':
    case 'topics':
      return '';
    case 'entity':
      return resource.name;
    case 'subscriptions':
      return resource.topic;
    case 'subscription':
      return subscriptionPath(resource.topic, resource.name);
    case 'rules':
    case 'rule':
      return subscriptionPath(resource.topic, resource.subscription);
  }
}
