import type { Queried } from '../../api/queried.ts';
import type { components } from '../../../client/api.ts';
import { countText, wordsOf } from '../../parts/words.ts';

type Schemas = components['schemas'];
type Items<Item> = Queried<{ readonly items: readonly Item[] }> | undefined;

/** What the page has asked; undefined is what its reader's role may not ask. */
export type Watched = {
  readonly health: Queried<Schemas['Health']>;
  readonly views: Items<Schemas['Projection']>;
  readonly listeners: Items<Schemas['Listener']>;
  readonly gaps: Items<Schemas['Gap']>;
  readonly invariants: Items<Schemas['Invariant']>;
};

export type Trouble = { readonly kind: string; readonly text: string; readonly link: string | undefined };

/** The worst first. */
export const troublesOf = ({ health, views, listeners, gaps, invariants }: Watched): readonly Trouble[] =>
  [
    ...troublesOfServices(health.data?.services ?? {}),
    ...itemsOf(invariants).flatMap(troublesOfInvariant),
    ...itemsOf(views).flatMap(troublesOfView),
    ...itemsOf(listeners).flatMap(troublesOfListener),
    ...troublesOfWebhooks(itemsOf(listeners).filter(({ kind }) => kind === 'webhook')),
    ...troublesOfParked(itemsOf(listeners)),
    ...troublesOfGaps(itemsOf(gaps).length),
  ].sort((one, other) => one.kind.localeCompare(other.kind));

/** Whether all answers are there, some are still to come, or some do not come: an older answer says nothing of now. */
export const knowledgeOf = (watched: Watched): 'all' | 'loading' | 'missing' => {
  const asked = Object.values(watched).filter((each) => each !== undefined);
  if (asked.some(({ failure }) => failure)) return 'missing';
  return asked.every(({ data }) => data !== undefined) ? 'all' : 'loading';
};

const itemsOf = <Item>(asked: Items<Item>): readonly Item[] => asked?.data?.items ?? [];

const troublesOfServices = (services: Schemas['Health']['services']): readonly Trouble[] =>
  Object.entries(services)
    .filter(([, state]) => state === 'down')
    .map(([name]) => ({ kind: 'bad', text: `${serviceName(name)} does not answer.`, link: undefined }));

const troublesOfInvariant = ({ name, holds, detail }: Schemas['Invariant']): readonly Trouble[] =>
  holds ? [] : [{ kind: 'bad', text: `${wordsOf(name)}: it does not. ${detail ?? ''}`, link: undefined }];

const troublesOfGaps = (count: number): readonly Trouble[] =>
  count === 0 ? [] : [{ kind: 'warn', text: `${countText(count, 'gap')} did not mend.`, link: '/views' }];

const troublesOfView = ({ name, stalled, eventsBehind }: Schemas['Projection']): readonly Trouble[] => [
  ...(stalled ? [{ kind: 'bad', text: `The view ${name} is stalled: ${stalled.reason}`, link: '/views' }] : []),
  ...(eventsBehind > behindMuch
    ? [{ kind: 'warn', text: `The view ${name} is ${countText(eventsBehind, 'event')} behind.`, link: '/views' }]
    : []),
];

/** What one bad message leaves with several of them is one trouble. */
const troublesOfParked = (listeners: readonly Schemas['Listener'][]): readonly Trouble[] => {
  const parking = listeners.filter(({ parked }) => parked > 0);
  const counts = parking.map(({ name, parked }) => `${parked.toLocaleString()} of ${name}`);
  return parking.length === 0
    ? []
    : [{ kind: 'bad', text: `Messages that nobody could handle: ${counts.join(', ')}.`, link: '/listeners' }];
};

/** What an operator has disabled is nobody's trouble. */
const troublesOfWebhooks = (webhooks: readonly Schemas['Listener'][]): readonly Trouble[] => {
  const troubleOf = (kind: string, of: typeof webhooks, one: string, many: string): readonly Trouble[] => {
    const [first] = of;
    if (!first) return [];
    const link =
      of.length === 1 ? `/listeners/webhooks/${first.name.slice(first.name.indexOf(':') + 1)}` : '/listeners';
    return [
      { kind, text: `${of.length === 1 ? `A webhook ${one}` : `${of.length} webhooks ${many}`} after failures.`, link },
    ];
  };
  const resting = webhooks.filter(({ state }) => state === 'resting');
  const givenUp = webhooks.filter(({ state, reason }) => state === 'disabled' && reason !== 'operator');
  return [
    ...troubleOf('warn', resting, 'rests', 'rest'),
    ...troubleOf('bad', givenUp, 'was disabled', 'were disabled'),
  ];
};

/** Views and webhooks tell their own. */
const troublesOfListener = ({ name, kind, state, reason }: Schemas['Listener']): readonly Trouble[] => {
  if (kind === 'view' || kind === 'webhook') return [];
  const link = '/listeners';
  return [
    ...(state === 'missing' ? [{ kind: 'bad', text: `The listener ${name} has no subscription.`, link }] : []),
    ...(state === 'failing' ? [{ kind: 'bad', text: `${wordsOf(name)} takes no events: ${reason}`, link }] : []),
  ];
};

/** A view that is this far behind does not catch up within a breath. */
const behindMuch = 100;

const names: Readonly<Record<string, string>> = {
  cosmos: 'Cosmos DB',
  serviceBus: 'Service Bus',
  issuer: 'The issuer of tokens',
};
export const serviceName = (name: string): string => names[name] ?? wordsOf(name);
