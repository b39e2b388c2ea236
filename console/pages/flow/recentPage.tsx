import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { isLive, moves } from '../../api/live.ts';
import { useQuery, type Asking } from '../../api/query.ts';
import { traceIdIn } from '../../api/subjects.ts';
import type { ConsolePage } from '../../app/page.ts';
import { go, linkTo } from '../../app/router.ts';
import { Field } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Empty, Head, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { ClockTime, wordsOf } from '../../parts/texts.tsx';
import { readFeed } from './correlation.ts';
import { EventLink } from './eventLink.tsx';
import { commandsOf, isRecent, readBack, readOn, type Told } from './recent.ts';

const shown = 30;

/** The commands of the last minutes, as their events tell of them. */
const Recent = () => {
  const told = useRef<Told>(undefined);
  const read = async (asking: Asking) => {
    const from = (place: string) => readFeed(place, asking);
    const reply = await (told.current ? readOn(told.current, from) : readBack(from, shown));
    // Where the bank refuses to go on from there, the page begins again.
    if (reply.response.status !== 304) told.current = reply.data;
    return reply;
  };
  // What comes later, the page hears; where it does not, it asks.
  const found = useQuery(read, [isLive.value], { still: isLive.value });
  const { failure, isLoading } = found.value;
  const { moved = [] } = found.value.data ?? {};
  const commands = commandsOf([...moves.value, ...moved].filter(isRecent));
  return (
    <>
      <Head title="Flow" about="Follow one command: its request, its events, and everybody who heard of them." />
      <Search />
      <Panel title="Just now" aside={<span class="muted small">the last ten minutes, newest first</span>}>
        {failure && <FailureNotice of={failure} isOld={moved.length > 0} />}
        {commands.length === 0 && !failure && (isLoading ? <p class="muted">Loading…</p> : <Quiet />)}
        {commands.length > 0 && (
          <Table
            caption="Commands, newest first"
            rows={commands.slice(0, shown)}
            keyOf={({ correlationId }) => correlationId}
            columns={[
              { title: 'When', cell: ({ first }) => <ClockTime at={first.at} /> },
              {
                title: 'What',
                isLead: true,
                cell: ({ first, count }) => (
                  <>
                    {wordsOf(first.type)}
                    {count > 1 && <span class="muted small"> and {count - 1} more</span>}
                  </>
                ),
              },
              { title: 'Where', cell: ({ first }) => <EventLink type={first.type} id={first.id} /> },
              {
                title: 'Flow',
                isAction: true,
                cell: ({ correlationId, first }) => (
                  <a class="unbroken" href={linkTo(`/flow/${correlationId}`)}>
                    Follow<span class="unseen"> {wordsOf(first.type)}</span>
                  </a>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </>
  );
};

const Quiet = () => (
  <Empty title="Nothing has happened in the last ten minutes">
    <p>Deposit or send something: it appears here.</p>
  </Empty>
);

const Search = () => {
  const wanted = useSignal('');
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const text = wanted.value.trim();
        if (text !== '') go(`/flow/${text.startsWith('00-') ? traceIdIn(text) : text}`);
      }}
    >
      <Field label="Trace id, or traceparent of an answer" type="search" value={wanted} />
      <button>Follow</button>
    </form>
  );
};

export const recentPage: ConsolePage = {
  path: '/flow',
  title: 'Flow',
  inMenu: 'operations',
  roles: ['Auditor', 'Operator'],
  Page: Recent,
};
