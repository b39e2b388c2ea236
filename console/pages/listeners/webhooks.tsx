import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { linkTo } from '../../app/router.ts';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/texts.tsx';
import { Behind, type Listener } from './listener.tsx';
import { NewWebhook } from './newWebhook.tsx';

/** Who is told by HTTP. `statuses` say how far each is. */
export const Webhooks = ({ statuses }: { readonly statuses: readonly Listener[] }) => {
  const pages = usePages(['webhooks']);
  const isAdding = useSignal(false);
  const found = useQuery(
    (asking) =>
      api.GET('/api/webhooks', {
        params: { query: { limit: 25, ...(pages.cursor !== undefined && { cursor: pages.cursor }) } },
        ...asking,
      }),
    [pages.cursor],
  );
  const statusOf = (id: string) => statuses.find(({ name }) => name === `webhook:${id}`);
  return (
    <Panel
      title="Webhooks"
      aside={
        <button type="button" onClick={() => (isAdding.value = true)}>
          New webhook
        </button>
      }
    >
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No webhook yet">
              <p>A webhook is a URL that the bank tells of events, as they happen.</p>
            </Empty>
          ) : (
            <Table
              caption="Webhooks, newest first"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Told',
                  isLong: true,
                  cell: ({ id, url, description }) => (
                    <>
                      <a href={linkTo(`/listeners/webhooks/${id}`)}>
                        <bdi>{description ?? url}</bdi>
                      </a>
                      {description !== null && (
                        <div class="muted small">
                          <bdi>{url}</bdi>
                        </div>
                      )}
                    </>
                  ),
                },
                { title: 'State', cell: ({ status }) => <StatusBadge status={status} /> },
                {
                  title: 'Behind',
                  isNumber: true,
                  cell: ({ id }) => <Behind of={statusOf(id) ?? { kind: 'webhook', behind: 0 }} />,
                },
                {
                  title: 'Last success',
                  cell: ({ lastSuccessAt }) => (lastSuccessAt === undefined ? '–' : <Time at={lastSuccessAt} />),
                },
                {
                  title: 'Failing since',
                  cell: ({ firstFailureAt }) => firstFailureAt !== undefined && <Time at={firstFailureAt} />,
                },
              ]}
            />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
      {isAdding.value && <NewWebhook close={() => (isAdding.value = false)} />}
    </Panel>
  );
};
