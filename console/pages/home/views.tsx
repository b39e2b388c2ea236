import type { components } from '../../../client/api.ts';
import type { Queried } from '../../api/query.ts';
import { linkTo } from '../../app/router.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { ParkedCount } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';

type Projection = components['schemas']['Projection'];

const liveOf = ({ generations }: Projection) => generations.find(({ state }) => state === 'live');

export const Views = ({ of }: { readonly of: Queried<{ readonly items: readonly Projection[] }> }) => (
  <Panel title="Views" aside={<a href={linkTo('/views')}>Open views</a>}>
    <Answered of={of}>
      {({ items }) => (
        <Table
          caption="Views, as the app last looked at them"
          rows={items}
          keyOf={({ name }) => name}
          columns={[
            { title: 'View', cell: ({ name }) => name },
            {
              title: 'Generation',
              cell: (view) => (
                <>
                  {liveOf(view)?.generation.split('@')[1] ?? '–'}{' '}
                  {view.generations.some(({ state }) => state === 'building') && <span class="badge">rebuilding</span>}
                </>
              ),
            },
            { title: 'Rows', isNumber: true, cell: (view) => liveOf(view)?.rows.toLocaleString() ?? '–' },
            { title: 'Behind', isNumber: true, cell: ({ eventsBehind }) => eventsBehind.toLocaleString() },
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
