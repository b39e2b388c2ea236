import type { Queried } from '../../api/query.ts';
import type { components } from '../../../client/api.ts';
import { PlaceLink } from '../../parts/placeLink.tsx';
import { countText, wordsOf } from '../../parts/texts.tsx';

type Schemas = components['schemas'];

type Props = {
  readonly health: Queried<Schemas['Health']>;
  readonly views: Queried<{ readonly items: readonly Schemas['Projection'][] }> | undefined;
  readonly listeners: Queried<{ readonly items: readonly Schemas['Listener'][] }> | undefined;
  readonly gaps: Queried<{ readonly items: readonly Schemas['Gap'][] }> | undefined;
  readonly invariants: Queried<{ readonly items: readonly Schemas['Invariant'][] }> | undefined;
};

type Trouble = { readonly kind: string; readonly text: string; readonly link: string | undefined };

/** What needs somebody, before everything else; one quiet line where nothing does. */
export const WhatIsWrong = ({ health, views, listeners, gaps, invariants }: Props) => {
  const troubles: readonly Trouble[] = [
    ...troublesOfServices(health.data?.services ?? {}),
    ...itemsOf(invariants).flatMap(troublesOfInvariant),
    ...itemsOf(views).flatMap(troublesOfView),
    ...itemsOf(listeners).flatMap(troublesOfListener),
    ...troublesOfParked(itemsOf(listeners)),
    ...troublesOfGaps(itemsOf(gaps).length),
  ];
  if (health.failure?.status === 0) {
    return (
      <p class="notice warn" role="alert">
        The bank does not answer. This page tries again by itself.
      </p>
    );
  }
  if (!health.data) return null;
  if (troubles.length === 0) return <p class="notice good">Everything is as it should be.</p>;
  return (
    <ul class="stack">
      {troubles.map(({ kind, text, link }) => (
        <li key={`${link} ${text}`} class={`notice ${kind}`}>
          <strong>{text}</strong>
          {link !== undefined && <PlaceLink path={link}>Operations can mend it</PlaceLink>}
        </li>
      ))}
    </ul>
  );
};

const itemsOf = <Item,>(asked: Queried<{ readonly items: readonly Item[] }> | undefined): readonly Item[] =>
  asked?.data?.items ?? [];

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

/** Views tell their own. What an operator has disabled is nobody's trouble. */
const troublesOfListener = ({ name, kind, state, reason }: Schemas['Listener']): readonly Trouble[] => {
  if (kind === 'view') return [];
  if (kind === 'webhook') {
    const link = `/listeners/webhooks/${name.slice(name.indexOf(':') + 1)}`;
    if (state === 'resting') return [{ kind: 'warn', text: 'A webhook rests after failures.', link }];
    const isGivenUp = state === 'disabled' && reason !== 'operator';
    return isGivenUp ? [{ kind: 'bad', text: 'A webhook was disabled after failures.', link }] : [];
  }
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
