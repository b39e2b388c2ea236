import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery, type Queried } from '../../api/query.ts';
import type { ConsolePage } from '../../app/page.ts';
import { Answered, Head } from '../../parts/panel.tsx';
import { Time } from '../../parts/texts.tsx';
import { FoldTimes } from './foldTimes.tsx';
import { noteLag } from './lag.ts';
import { Rebuilds } from './rebuilds.tsx';
import { ViewCard } from './viewCard.tsx';

type Operations = { readonly items: readonly components['schemas']['Operation'][] };

const isRunning = (operations: Operations | undefined): boolean =>
  operations?.items.some(({ status, kind }) => status === 'running' && kind === 'rebuild') ?? false;

/** How often the page asks while nothing is built, and while something is. */
const pace = (operations: Operations | undefined) => (isRunning(operations) ? 1_000 : 5_000);

const Views = () => {
  const operations = useQuery(
    (asking) => api.GET('/api/ops/operations', { params: { query: { limit: 50 } }, ...asking }),
    [],
    { every: pace },
  );
  const running = isRunning(operations.value.data);
  const views = useQuery((asking) => api.GET('/api/ops/projections', asking), [running], {
    every: () => pace(operations.peek().data),
  });
  const { data } = views.value;
  if (data) noteLag(data.items);
  return (
    <>
      <Head title="Views" about="What the bank shows, folded from its events. Each can be built anew while it answers.">
        {data?.checkedAt !== undefined && (
          <span class="muted small">
            Compared with the events at <Time at={data.checkedAt} />
          </span>
        )}
      </Head>
      <Answered of={views.value}>
        {({ items }) => (
          <div class="grid dense">
            {items.map((view) => (
              <ViewCard key={view.name} view={view} last={lastRebuildOf(operations.value, view.name)} />
            ))}
            <FoldTimes />
            <Rebuilds of={operations.value} />
          </div>
        )}
      </Answered>
    </>
  );
};

/** Operations come newest first. */
const lastRebuildOf = ({ data }: Queried<Operations>, name: string) =>
  data?.items.find(({ kind, subject }) => kind === 'rebuild' && subject === name);

export const viewsPage: ConsolePage = {
  path: '/views',
  title: 'Views',
  inMenu: 'operations',
  roles: ['Operator'],
  Page: Views,
};
