import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { linkTo } from '../../app/router.ts';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { ExactTime, moneyText, Time, wordsOf } from '../../parts/texts.tsx';

type AccountEvent = components['schemas']['AccountEvent'];

/** The audit trail: every event, newest first, as the event store has it. */
export const Events = ({ id }: { readonly id: string }) => {
  const pages = usePages(['events', id]);
  const found = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/events', {
        params: {
          path: { id },
          query: { order: 'newest', limit: 25, ...(pages.cursor !== undefined && { cursor: pages.cursor }) },
        },
        ...asking,
      }),
    [id, pages.cursor],
    { of: [`account ${id}`] },
  );
  return (
    <Panel title="Events" aside={<span class="muted small">newest first</span>}>
      <Answered of={found.value}>
        {({ items }) => (
          <ol class="timeline">
            {items.map((event) => (
              <li key={event.id}>
                <Event of={event} accountId={id} />
              </li>
            ))}
          </ol>
        )}
      </Answered>
      <Pager pages={pages} of={found.value} />
    </Panel>
  );
};

const Event = ({ of, accountId }: { readonly of: AccountEvent; readonly accountId: string }) => (
  <details>
    <summary>
      <span class="version">{of.version.toLocaleString()}</span> <strong>{wordsOf(of.type)}</strong>{' '}
      <Time at={of.occurredAt} />{' '}
      <span class="muted">
        by <bdi>{of.actor}</bdi>
      </span>
    </summary>
    <div class="stack">
      <dl class="details small">
        <dt>At</dt>
        <dd>
          <ExactTime at={of.occurredAt} />
        </dd>
        <dt>By</dt>
        <dd>{of.actor}</dd>
        <dt>Trace</dt>
        <dd>
          <code>{of.traceparent}</code>
        </dd>
        <dt>Correlation</dt>
        <dd>
          <code>{of.correlationId}</code>
        </dd>
        {of.postings && of.postings.length > 0 && (
          <>
            <dt>Postings</dt>
            <dd>
              <ul>
                {of.postings.map(({ account, debit, credit }) => (
                  <li key={`${account} ${debit ? 'debit' : 'credit'}`}>
                    {wordsOf(account)}: {debit ? `debit ${moneyText(debit)}` : credit && `credit ${moneyText(credit)}`}
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      <pre tabIndex={0}>{JSON.stringify(of.data, undefined, 2)}</pre>
      <span class="row small">
        <a href={linkTo(`/accounts/${accountId}`, { version: String(of.version), tab: 'events' })}>
          The account as it was then
        </a>
        <a href={linkTo(`/flow/${of.correlationId}`)}>What became of the command</a>
      </span>
    </div>
  </details>
);
