import { useSignal } from '@preact/signals';
import type { components } from '../../../client/api.ts';
import { linkTo } from '../../app/router.ts';
import { Figure } from '../../parts/figure.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Spark } from '../../parts/spark.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { countText, durationText, Time } from '../../parts/texts.tsx';
import { Building } from './building.tsx';
import { FlipBackForm, RebuildForm } from './forms.tsx';
import { lagOf } from './lag.ts';

type Projection = components['schemas']['Projection'];
type Operation = components['schemas']['Operation'];

type ViewCardProps = {
  readonly view: Projection;
  /** The newest operation that builds it, or has built it. */
  readonly last: Operation | undefined;
};

/** One view: how far it is, its generations, and what can be done with it. */
export const ViewCard = ({ view, last }: ViewCardProps) => {
  const { name, generations, eventsBehind, oldestUnapplied, parked, stalled } = view;
  const asked = useSignal<'rebuild' | 'flipBack' | undefined>(undefined);
  const live = generations.find(({ state }) => state === 'live');
  const former = generations.find(({ state }) => state === 'retired');
  const isBuilding = last?.status === 'running';
  const close = () => (asked.value = undefined);
  return (
    <Panel title={name} aside={<StatusBadge status={statusOf(view)} />}>
      <dl class="figures">
        <Figure title="Rows">{live?.rows.toLocaleString() ?? '–'}</Figure>
        <Figure title="Events behind">{eventsBehind.toLocaleString()}</Figure>
        <Figure title="Parked">{parked === 0 ? '0' : <ParkedOf name={name} count={parked} />}</Figure>
      </dl>
      <Lag name={name} />
      {oldestUnapplied !== undefined && (
        <p class="small muted">
          The oldest event that it lacks is of <Time at={oldestUnapplied} />.
        </p>
      )}
      {stalled && (
        <p class="notice bad">
          <strong>It takes no writes</strong>
          <span>
            Since <Time at={stalled.since} />: {stalled.reason}
          </span>
        </p>
      )}
      {isBuilding ? <Building of={last} /> : last && <LastBuilt of={last} />}
      <ul class="facts small generations">
        {generations.map(({ generation, state, since, rows }) => (
          <li key={generation}>
            <span>
              {generation.split('@')[1] ?? generation} <StatusBadge status={state} />
            </span>
            <span class="muted">
              {countText(rows, 'row')} · <Time at={since} />
            </span>
          </li>
        ))}
      </ul>
      <div class="row bottom">
        {!isBuilding && (
          <button type="button" onClick={() => (asked.value = 'rebuild')}>
            Rebuild<span class="unseen"> {name}</span>
          </button>
        )}
        {!isBuilding && former && (
          <button type="button" onClick={() => (asked.value = 'flipBack')}>
            Flip back<span class="unseen"> {name}</span>
          </button>
        )}
      </div>
      {asked.value === 'rebuild' && <RebuildForm name={name} close={close} />}
      {asked.value === 'flipBack' && former && (
        <FlipBackForm name={name} generation={former.generation} close={close} />
      )}
    </Panel>
  );
};

const statusOf = ({ stalled, generations }: Projection): string => {
  if (stalled) return 'stalled';
  if (generations.some(({ state }) => state === 'building')) return 'building';
  return generations.some(({ state }) => state === 'live') ? 'live' : 'missing';
};

const Lag = ({ name }: { readonly name: string }) => {
  const lag = lagOf(name);
  const most = Math.max(0, ...lag);
  const text = most.toLocaleString();
  return (
    <figure>
      <Spark about={`Events behind since you opened this page: ${text} at most`} values={lag} />
      <figcaption class="small muted">At most {text} behind while you watched</figcaption>
    </figure>
  );
};

const ParkedOf = ({ name, count }: { readonly name: string; readonly count: number }) => (
  <a class="bad" href={linkTo('/listeners', { listener: name })}>
    {count.toLocaleString()}
    <span class="unseen"> messages of {name}</span>
  </a>
);

const endings: Readonly<Record<string, string>> = {
  succeeded: 'Built',
  failed: 'The last build failed',
  cancelled: 'The last build was cancelled',
};

const LastBuilt = ({ of: { status, done, startedAt, updatedAt, reason } }: { readonly of: Operation }) => (
  <p class={`small ${status === 'failed' ? 'bad' : 'muted'}`}>
    {endings[status] ?? status} <Time at={updatedAt} />
    {status === 'succeeded' &&
      `, from ${countText(done, 'event')} in ${durationText(Date.parse(updatedAt) - Date.parse(startedAt))}`}
    {reason !== undefined && `: ${reason}`}
  </p>
);
