import { askLauncher, served } from '../../api/local.ts';
import { carriedOut, useOperation } from '../../api/command.ts';
import { useQuery } from '../../api/query.ts';
import type { ConsolePage } from '../../app/page.ts';
import { linkTo } from '../../app/router.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Answered, Head, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { DemoPanel } from './demo.tsx';

type Fault = {
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly effect: string;
  readonly state: 'off' | 'on' | 'over';
  /** How many operations it has hit, and how many it hits at most; absent where it stops the whole service. */
  readonly hits?: number;
  readonly of?: number;
};
type Listed = { readonly items: readonly Fault[] };

const services = [
  ['cosmos', 'Cosmos DB'],
  ['serviceBus', 'Service Bus'],
] as const;

const Faults = () => {
  const { faults, demo } = served.value ?? {};
  return (
    <>
      <Head
        title="Faults"
        about={
          <>
            What goes wrong with the services of this machine, when you want it to. <a href={linkTo('/')}>Home</a> shows
            what the bank makes of it.
          </>
        }
      />
      {faults !== undefined && <FaultPanels path={faults} />}
      {demo !== undefined && <DemoPanel path={demo} />}
    </>
  );
};

const FaultPanels = ({ path }: { readonly path: string }) => {
  const found = useQuery(({ signal }) => askLauncher<Listed>(path, { signal }), [path], { every: () => 1_000 });
  const inject = useOperation((id: string) => askLauncher<Listed>(path, { method: 'POST', body: { id } }));
  const end = useOperation(() => carriedOut(askLauncher(path, { method: 'DELETE' })));
  const failure = inject.state.value.failure ?? end.state.value.failure;
  const isBusy = inject.state.value.isBusy || end.state.value.isBusy;
  return (
    <>
      {failure && <FailureNotice of={failure} />}
      <Answered of={found.value}>
        {({ items }) => (
          <>
            <Acting of={items} isBusy={isBusy} end={() => void end.run(undefined)} />
            <div class="grid">
              {services.map(([service, title]) => (
                <Panel key={service} title={title}>
                  <ul class="faults">
                    {items
                      .filter((fault) => fault.service === service)
                      .map((fault) => (
                        <FaultItem key={fault.id} of={fault} isBusy={isBusy} inject={() => void inject.run(fault.id)} />
                      ))}
                  </ul>
                </Panel>
              ))}
            </div>
          </>
        )}
      </Answered>
    </>
  );
};

type ActingProps = { readonly of: readonly Fault[]; readonly isBusy: boolean; readonly end: () => void };

/** What acts now, and what did before somebody ended it. */
const Acting = ({ of, isBusy, end }: ActingProps) => {
  const acting = of.filter(({ state }) => state === 'on');
  const begun = of.filter(({ state }) => state !== 'off');
  return (
    <div class={`notice spread ${acting.length > 0 ? 'warn' : ''}`} role="status">
      <span>
        {acting.length === 0
          ? 'Nothing is broken now.'
          : `${acting.map(({ service, title }) => `${nameOf(service)}: ${title.toLowerCase()}`).join(' · ')}.`}
      </span>
      {begun.length > 0 && (
        <CommandButton isBusy={isBusy} run={end}>
          {acting.length > 0 ? 'End all' : 'Forget what was'}
        </CommandButton>
      )}
    </div>
  );
};

const nameOf = (service: string): string => services.find(([each]) => each === service)?.[1] ?? service;

type FaultItemProps = { readonly of: Fault; readonly isBusy: boolean; readonly inject: () => void };

const FaultItem = ({ of: { service, title, effect, state, hits, of }, isBusy, inject }: FaultItemProps) => (
  <li>
    <div>
      <strong>{title}</strong> {state !== 'off' && <StatusBadge status={state === 'on' ? 'acting' : state} />}{' '}
      {hits !== undefined && (
        <span class="muted small">
          hit {hits.toLocaleString()} of {of?.toLocaleString()}
        </span>
      )}
      <p class="muted">{effect}</p>
    </div>
    <CommandButton isBusy={isBusy} run={inject}>
      {state === 'off' ? 'Begin' : 'Again'}
      <span class="unseen">
        {' '}
        {nameOf(service)}: {title}
      </span>
    </CommandButton>
  </li>
);

export const faultsPage: ConsolePage = {
  path: '/faults',
  title: 'Faults',
  inMenu: 'operations',
  roles: ['Operator'],
  isThere: () => served.value && (served.value.faults ?? served.value.demo) !== undefined,
  Page: Faults,
};
