import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { served } from '../../api/local.ts';
import { useQuery } from '../../api/query.ts';
import type { ConsolePage, PageProps } from '../../app/page.ts';
import { linkTo } from '../../app/router.ts';
import { Answered, Head, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/texts.tsx';
import { Letters } from './letters.tsx';
import { Behind, State, type Listener } from './listener.tsx';
import { ReplayForm } from './replayForm.tsx';
import { Replays } from './replays.tsx';
import { Webhooks } from './webhooks.tsx';

const Listeners = ({ query }: PageProps) => {
  const found = useQuery((asking) => api.GET('/api/ops/listeners', asking), []);
  const all = found.value.data?.items ?? [];
  const listeners = all.filter(({ kind }) => kind !== 'webhook');
  const webhooks = all.filter(({ kind }) => kind === 'webhook');
  const { inbox } = served.value ?? {};
  return (
    <>
      <Head title="Listeners" about="Everybody who hears of the bank's events, and what they could not handle.">
        {inbox !== undefined && (
          <a class="button" href={inbox} target="_blank" rel="noreferrer">
            The inbox
          </a>
        )}
      </Head>
      <Panel title="How far each is">
        <Answered of={found.value}>{() => <List of={listeners} />}</Answered>
      </Panel>
      <Letters listener={query.get('listener') ?? undefined} names={listeners.map(({ name }) => name)} />
      {listeners.some(({ name }) => name === 'webhooks') && <Webhooks statuses={webhooks} />}
      <Replays />
    </>
  );
};

const List = ({ of }: { readonly of: readonly Listener[] }) => {
  const replaying = useSignal<string | undefined>(undefined);
  return (
    <>
      <Table
        caption="Listeners"
        rows={of}
        keyOf={({ name }) => name}
        columns={[
          {
            title: 'Name',
            cell: ({ name, kind, position }) => (
              <>
                {name} <span class="muted small">{kind}</span>
                {position !== undefined && <Position of={position} />}
              </>
            ),
          },
          { title: 'State', cell: (listener) => <State of={listener} /> },
          { title: 'Behind', isNumber: true, cell: (listener) => <Behind of={listener} /> },
          ...(of.some(({ oldest }) => oldest !== undefined) ? [{ title: 'Oldest', cell: Oldest }] : []),
          {
            title: 'Parked',
            isNumber: true,
            cell: ({ name, parked }) =>
              parked === 0 ? (
                '0'
              ) : (
                <a class="bad" href={linkTo('/listeners', { listener: name })}>
                  {parked.toLocaleString()}
                </a>
              ),
          },
          {
            title: ' ',
            isAction: true,
            cell: ({ name }) => (
              <button type="button" class="link" onClick={() => (replaying.value = name)}>
                Replay <span class="unseen">to {name}</span>
              </button>
            ),
          },
        ]}
      />
      {replaying.value !== undefined && (
        <ReplayForm listener={replaying.value} close={() => (replaying.value = undefined)} />
      )}
    </>
  );
};

const Oldest = ({ oldest }: Listener) => oldest !== undefined && <Time at={oldest} />;

/** Where a stream goes on, which programs can give to the feed. */
const Position = ({ of }: { readonly of: string }) => (
  <details class="small">
    <summary class="muted">its position in the feed</summary>
    <code>{of}</code>
  </details>
);

export const listenersPage: ConsolePage = {
  path: '/listeners',
  title: 'Listeners',
  inMenu: 'operations',
  roles: ['Operator'],
  Page: Listeners,
};
