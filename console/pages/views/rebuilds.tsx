import type { components } from '../../../client/api.ts';
import type { Queried } from '../../api/query.ts';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { durationText, Time } from '../../parts/texts.tsx';

type Operations = { readonly items: readonly components['schemas']['Operation'][] };

const shown = 10;

/** What was built lately, and how it ended. */
export const Rebuilds = ({ of }: { readonly of: Queried<Operations> }) => (
  <Panel title="Rebuilds of the last 30 days" wide>
    <Answered of={of}>
      {({ items }) => {
        const rebuilds = items.filter(({ kind }) => kind === 'rebuild').slice(0, shown);
        return rebuilds.length === 0 ? (
          <Empty title="No view was rebuilt">
            <p>Rebuild one when a gap does not mend, or when a row differs from its events. Readers notice nothing.</p>
          </Empty>
        ) : (
          <Table
            caption="Rebuilds, newest first"
            rows={rebuilds}
            keyOf={({ operationId }) => operationId}
            columns={[
              { title: 'View', cell: ({ subject }) => subject },
              { title: 'Begun', cell: ({ startedAt }) => <Time at={startedAt} /> },
              {
                title: 'Took',
                isNumber: true,
                cell: ({ status, startedAt, updatedAt }) =>
                  status === 'running' ? '' : durationText(Date.parse(updatedAt) - Date.parse(startedAt)),
              },
              { title: 'Events', isNumber: true, cell: ({ done }) => done.toLocaleString() },
              {
                title: 'Status',
                cell: ({ status, reason }) => (
                  <>
                    <StatusBadge status={status} /> {reason}
                  </>
                ),
              },
            ]}
          />
        );
      }}
    </Answered>
  </Panel>
);
