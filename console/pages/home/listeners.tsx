import type { components } from '../../../client/api.ts';
import type { Queried } from '../../api/query.ts';
import { linkTo } from '../../app/router.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { ParkedCount, StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';

type Listener = components['schemas']['Listener'];

/** Who hears of events beside the views. */
export const Listeners = ({ of }: { readonly of: Queried<{ readonly items: readonly Listener[] }> }) => (
  <Panel title="Listeners" aside={<a href={linkTo('/listeners')}>Open listeners</a>}>
    <Answered of={of}>
      {({ items }) => (
        <Table
          caption="Listeners, as the app last looked at them"
          rows={items.filter(({ kind }) => kind === 'subscriber' || kind === 'stream')}
          keyOf={({ name }) => name}
          columns={[
            { title: 'Listener', cell: ({ name }) => name },
            { title: 'State', cell: ({ state }) => <StatusBadge status={state} /> },
            { title: 'Behind', isNumber: true, cell: ({ behind }) => behind.toLocaleString() },
            {
              title: 'Parked',
              isNumber: true,
              cell: ({ parked }) => <ParkedCount of={parked} />,
            },
          ]}
        />
      )}
    </Answered>
  </Panel>
);
