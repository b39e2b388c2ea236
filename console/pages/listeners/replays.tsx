import { useSignal } from '@preact/signals';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useOperation } from '../../api/command.ts';
import { useQuery } from '../../api/query.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Progress } from '../../parts/progress.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { countText, Time } from '../../parts/texts.tsx';

type Operation = components['schemas']['Operation'];

/** How many of the newest operations the page looks through for replays. */
const looked = 50;
const shown = 5;

/** The last replays, to one listener or to all; nothing where there were none. */
export const Replays = ({ subject }: { readonly subject?: string }) => {
  const found = useQuery(
    (asking) => api.GET('/api/ops/operations', { params: { query: { limit: looked } }, ...asking }),
    [],
  );
  const ending = useSignal<Operation | undefined>(undefined);
  const { data, failure } = found.value;
  const replays = (data?.items ?? [])
    .filter((each) => each.kind === 'replay' && (subject === undefined || each.subject === subject))
    .slice(0, shown);
  if (replays.length === 0 && (data || !failure)) return null;
  return (
    <Panel title="Replays">
      <Answered of={found.value}>
        {() => (
          <ul class="facts">
            {replays.map((replay) => (
              <li key={replay.operationId}>
                <Replay of={replay} end={() => (ending.value = replay)} />
              </li>
            ))}
          </ul>
        )}
      </Answered>
      {ending.value && <EndReplay of={ending.value} close={() => (ending.value = undefined)} />}
    </Panel>
  );
};

const Replay = ({ of, end }: { readonly of: Operation; readonly end: () => void }) => {
  const { subject, status, reason, done, total, startedAt, cancelRequested = false } = of;
  return (
    <>
      <span>
        To {subject} <StatusBadge status={status} />{' '}
        <span class="muted small">
          <Time at={startedAt} />
        </span>
        {reason !== undefined && <span class="bad small"> {reason}</span>}
      </span>
      {status === 'running' ? (
        <span class="row">
          <Progress label={`Replay to ${subject}`} done={done} total={total} unit="events" />
          <button type="button" disabled={cancelRequested} onClick={end}>
            {cancelRequested ? 'Ends …' : 'End it'}
          </button>
        </span>
      ) : (
        <span class="muted small">{countText(done, 'event')}</span>
      )}
    </>
  );
};

const EndReplay = ({ of, close }: { readonly of: Operation; readonly close: () => void }) => {
  const { operationId, subject } = of;
  const command = useOperation(() =>
    api.DELETE('/api/ops/operations/{operationId}', { params: { path: { operationId } } }),
  );
  return (
    <Confirm title="End the replay" action="End it" command={command} close={() => close()}>
      <p>The replay to {subject} ends before its next step. What was sent until then stays sent.</p>
    </Confirm>
  );
};
