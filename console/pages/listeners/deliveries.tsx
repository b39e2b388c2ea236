import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { carriedOut, useCommand } from '../../api/command.ts';
import { useQuery } from '../../api/query.ts';
import { refine } from '../../app/router.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { Choice } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { Time, wordsOf } from '../../parts/texts.tsx';
import type { Webhook } from './webhook.ts';

type Delivery = components['schemas']['WebhookDelivery'];

const statuses = ['pending', 'succeeded', 'failed'] as const;

/** What a webhook was told or is to be told, newest first. */
export const Deliveries = ({ webhook, status }: { readonly webhook: Webhook; readonly status: string }) => {
  const { id } = webhook;
  const wanted = statuses.find((each) => each === status);
  const pages = usePages(['deliveries', id, wanted]);
  const found = useQuery(
    (asking) =>
      api.GET('/api/webhooks/{id}/deliveries', {
        params: {
          path: { id },
          query: {
            limit: 25,
            ...(wanted && { status: wanted }),
            ...(pages.cursor !== undefined && { cursor: pages.cursor }),
          },
        },
        ...asking,
      }),
    [id, wanted, pages.cursor],
  );
  const retry = useCommand((deliveryId: string, header) =>
    carriedOut(
      api.POST('/api/webhooks/{id}/deliveries/{deliveryId}/retry', { params: { path: { id, deliveryId }, header } }),
    ),
  );
  const { failure, isBusy } = retry.state.value;
  return (
    <Panel
      title="Deliveries"
      aside={
        <Choice
          label="Status"
          value={wanted ?? ''}
          options={[['', 'all'], ...statuses.map((each) => [each, each] as const)]}
          choose={(chosen) => refine({ status: chosen })}
        />
      }
    >
      {failure && <FailureNotice of={failure} />}
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={wanted ? `None is ${wanted}` : 'Nothing told yet'}>
              <p>The next event that it wants is the next delivery.</p>
            </Empty>
          ) : (
            <Table
              caption="Deliveries, newest first"
              rows={items}
              keyOf={(each) => each.id}
              columns={[
                {
                  title: 'Event',
                  cell: ({ type, eventId }) => (
                    <>
                      {wordsOf(type)} <code class="muted">{eventText(eventId)}</code>
                    </>
                  ),
                },
                { title: 'Status', cell: (each) => <StatusBadge status={each.status} /> },
                { title: 'Tries', isNumber: true, cell: ({ attempts }) => attempts.toLocaleString() },
                { title: 'Last answer', cell: lastOf },
                {
                  title: 'Next try',
                  cell: ({ nextAttemptAt }) => nextAttemptAt !== undefined && <Time at={nextAttemptAt} />,
                },
                {
                  title: ' ',
                  isAction: true,
                  cell: ({ id: deliveryId, eventId }) =>
                    webhook.status !== 'disabled' && (
                      <CommandButton class="link" isBusy={isBusy} run={() => void retry.run(deliveryId)}>
                        Send again <span class="unseen">{eventId}</span>
                      </CommandButton>
                    ),
                },
              ]}
            />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
    </Panel>
  );
};

/** `<aggregateId>:<version>`, of which the end tells enough. */
const eventText = (eventId: string): string => `…${eventId.slice(eventId.indexOf(':') - 8)}`;

/** What became of the last try. */
export const lastOf = ({ lastStatus, lastError }: Pick<Delivery, 'lastStatus' | 'lastError'>): string => {
  if (lastStatus !== undefined) return `it answered ${lastStatus}`;
  return lastError === undefined ? '–' : wordsOf(lastError).toLowerCase();
};
