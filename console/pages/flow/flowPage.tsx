import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import type { ConsolePage, PageProps } from '../../app/page.ts';
import { linkTo } from '../../app/router.ts';
import { Figure } from '../../parts/figure.tsx';
import { Answered, Empty, Head, Panel } from '../../parts/panel.tsx';
import { countText, durationText, ExactTime } from '../../parts/texts.tsx';
import { findCorrelation } from './correlation.ts';
import { Chapters } from './chapters.tsx';
import { lastOf, storyOf, type Step, type Story } from './story.ts';

const youngMs = 20_000;

/** A command that is under way is asked about often. */
const pace = (data: { readonly items: readonly Step[] } | undefined): number => {
  const last = Math.max(0, ...(data?.items ?? []).map(({ at }) => Date.parse(at)));
  return Date.now() - last < youngMs ? 700 : 5_000;
};

const FlowPage = ({ params: { id = '' }, query }: PageProps) => {
  const isEvent = id.includes(':');
  const at = query.get('at') ?? '';
  const found = useQuery((asking) => findCorrelation(id, at, asking), [id, at], { isOff: !isEvent, still: true });
  const correlationId = isEvent ? found.value.data?.correlationId : id;
  return (
    <>
      <Head
        title="Flow"
        about={
          <>
            What became of one command, step by step. <code>{correlationId ?? id}</code>
          </>
        }
      >
        <a class="button" href={linkTo('/flow')}>
          What happened just now
        </a>
      </Head>
      {correlationId !== undefined && <Followed correlationId={correlationId} />}
      {isEvent && correlationId === undefined && <Answered of={found.value}>{() => <Forgotten />}</Answered>}
    </>
  );
};

const Followed = ({ correlationId }: { readonly correlationId: string }) => {
  const flow = useQuery(
    (asking) => api.GET('/api/ops/flow/{correlationId}', { params: { path: { correlationId } }, ...asking }),
    [correlationId],
    { every: pace },
  );
  const { failure } = flow.value;
  if (failure?.status === 404) return <Forgotten />;
  return <Answered of={flow.value}>{({ items }) => <Told steps={items} />}</Answered>;
};

const Told = ({ steps }: { readonly steps: readonly Step[] }) => {
  const story = storyOf(steps);
  if (!story) return <Forgotten />;
  const events = story.chapters.filter(({ event }) => event !== undefined).length;
  return (
    <Panel title={`${countText(events, 'event')} in ${durationText(story.ms)}`} aside={<ExactTime at={story.at} />}>
      <Landmarks of={story} />
      <Chapters of={story} />
    </Panel>
  );
};

const landmarks = [
  ['commit', 'Committed after'],
  ['view', 'In all views after'],
  ['subscriber', 'At the last listener after'],
] as const;

/** What most readers want to know. */
const Landmarks = ({ of }: { readonly of: Story }) => (
  <dl class="figures">
    {landmarks.map(([step, title]) => {
      const ms = lastOf(of, step);
      return (
        ms !== undefined && (
          <Figure key={step} title={title}>
            {durationText(ms)}
          </Figure>
        )
      );
    })}
  </dl>
);

const Forgotten = () => (
  <Panel title="Nothing is known of it">
    <Empty title="This instance of the app does not know this command">
      <p>Each instance keeps what it did for ten minutes, in memory alone. The events themselves are kept for good.</p>
      <a href={linkTo('/flow')}>What happened just now</a>
    </Empty>
  </Panel>
);

export const flowPage: ConsolePage = {
  path: '/flow/:id',
  title: 'Flow',
  roles: ['Auditor', 'Operator'],
  Page: FlowPage,
};
