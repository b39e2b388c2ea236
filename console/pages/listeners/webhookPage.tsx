import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import type { ConsolePage, PageProps } from '../../app/page.ts';
import { linkTo } from '../../app/router.ts';
import { Answered, Head, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Time, wordsOf } from '../../parts/texts.tsx';
import { Deliveries } from './deliveries.tsx';
import { Replays } from './replays.tsx';
import type { Webhook } from './webhook.ts';
import { WebhookActions } from './webhookActions.tsx';

const WebhookPage = ({ params: { id = '' }, query }: PageProps) => {
  const found = useQuery((asking) => api.GET('/api/webhooks/{id}', { params: { path: { id } }, ...asking }), [id]);
  const { data } = found.value;
  return (
    <>
      <Head
        title={data?.description ?? 'Webhook'}
        about={
          data && (
            <>
              <bdi>{data.url}</bdi> <StatusBadge status={data.status} /> ·{' '}
              <a href={linkTo('/listeners')}>all listeners</a>
            </>
          )
        }
      />
      <Answered of={found.value}>
        {(webhook) => (
          <>
            <Panel title="Now">
              <p
                class={
                  webhook.status === 'enabled' ? 'muted' : `notice ${webhook.status === 'resting' ? 'warn' : 'bad'}`
                }
              >
                {stateOf(webhook)}
              </p>
              <Facts of={webhook} />
              <WebhookActions of={webhook} />
            </Panel>
            <Deliveries webhook={webhook} status={query.get('status') ?? ''} />
            <Replays subject={`webhook:${id}`} />
          </>
        )}
      </Answered>
    </>
  );
};

const reasons: Readonly<Record<NonNullable<Webhook['reason']>, string>> = {
  operator: 'An operator disabled it.',
  failing: 'It had no success for five days.',
  gone: 'It answered 410: it is gone for good.',
  secretLost: 'The key of its secret is gone: it needs another secret first.',
};

const stateOf = ({ status, reason }: Webhook): string => {
  if (status === 'enabled') return 'It is told of events as they happen.';
  if (status === 'resting')
    return 'It failed several times in a row: one delivery alone is tried, the others wait for it.';
  return `Nothing is told or written down for it. ${reason ? reasons[reason] : ''}`;
};

const Facts = ({ of: { types, createdAt, lastSuccessAt, firstFailureAt } }: { readonly of: Webhook }) => (
  <dl class="details">
    <dt>Told of</dt>
    <dd>{types.length === 0 ? 'all events' : types.map(wordsOf).join(', ')}</dd>
    <dt>Created</dt>
    <dd>
      <Time at={createdAt} />
    </dd>
    <dt>Last success</dt>
    <dd>{lastSuccessAt === undefined ? 'none yet' : <Time at={lastSuccessAt} />}</dd>
    {firstFailureAt !== undefined && (
      <>
        <dt>Failing since</dt>
        <dd>
          <Time at={firstFailureAt} />
        </dd>
      </>
    )}
  </dl>
);

export const webhookPage: ConsolePage = {
  path: '/listeners/webhooks/:id',
  title: 'Webhook',
  roles: ['Operator'],
  Page: WebhookPage,
};
