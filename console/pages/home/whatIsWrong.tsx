import type { Queried } from '../../api/query.ts';
import type { components } from '../../../client/api.ts';
import { PlaceLink } from '../../parts/placeLink.tsx';
import { countText, wordsOf } from '../../parts/texts.tsx';

type Schemas = components['schemas'];

type Props = {
  readonly health: Queried<Schemas['Health']>;
  readonly views: Queried<{ readonly items: readonly Schemas['Projection'][] }> | undefined;
  readonly gaps: Queried<{ readonly items: readonly Schemas['Gap'][] }> | undefined;
  readonly invariants: Queried<{ readonly items: readonly Schemas['Invariant'][] }> | undefined;
};

/** What needs somebody, before everything else; one quiet line where nothing does. */
export const WhatIsWrong = ({ health, views, gaps, invariants }: Props) => {
  const troubles = [
    ...Object.entries(health.data?.services ?? {})
      .filter(([, state]) => state === 'down')
      .map(([name]) => ({ kind: 'bad', text: `${serviceName(name)} does not answer.`, link: undefined })),
    ...(invariants?.data?.items ?? [])
      .filter(({ holds }) => !holds)
      .map(({ name, detail }) => ({
        kind: 'bad',
        text: `${wordsOf(name)}: it does not. ${detail ?? ''}`,
        link: undefined,
      })),
    ...(views?.data?.items ?? []).flatMap(({ name, parked, stalled, eventsBehind }) => [
      ...(stalled ? [{ kind: 'bad', text: `The view ${name} is stalled: ${stalled.reason}`, link: '/views' }] : []),
      ...(parked > 0
        ? [{ kind: 'bad', text: `The view ${name} has parked ${countText(parked, 'message')}.`, link: '/listeners' }]
        : []),
      ...(eventsBehind > behindMuch
        ? [{ kind: 'warn', text: `The view ${name} is ${countText(eventsBehind, 'event')} behind.`, link: '/views' }]
        : []),
    ]),
    ...((gaps?.data?.items.length ?? 0) > 0
      ? [{ kind: 'warn', text: `${countText(gaps?.data?.items.length ?? 0, 'gap')} did not mend.`, link: '/views' }]
      : []),
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
        <li key={text} class={`notice ${kind}`}>
          <strong>{text}</strong>
          {link !== undefined && <PlaceLink path={link}>Operations can mend it</PlaceLink>}
        </li>
      ))}
    </ul>
  );
};

/** A view that is this far behind does not catch up within a breath. */
const behindMuch = 100;

const names: Readonly<Record<string, string>> = {
  cosmos: 'Cosmos DB',
  serviceBus: 'Service Bus',
  issuer: 'The issuer of tokens',
};
export const serviceName = (name: string): string => names[name] ?? wordsOf(name);
