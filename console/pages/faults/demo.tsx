import { useEffect } from 'preact/hooks';
import { useOperation } from '../../api/command.ts';
import { askLauncher, served } from '../../api/local.ts';
import { lookAgain, useQuery } from '../../api/query.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Progress } from '../../parts/progress.tsx';

type DemoState = {
  readonly status: 'idle' | 'running' | 'succeeded' | 'failed';
  /** Steps of what happens in the demo. */
  readonly done: number;
  readonly total: number;
  readonly isNew?: boolean;
  /** Why it failed. */
  readonly why?: string;
};

export const DemoPanel = ({ path }: { readonly path: string }) => (
  <Panel title="The demo">
    <p class="muted">
      20 customers, 30 accounts in four currencies, and what they did in the last 90 days. The bank answers meanwhile;
      its views follow once all of it is there.
    </p>
    <MakeDemo path={path} />
  </Panel>
);

/** Where the bank is empty: the demo, if the launcher makes one. */
export const OfferDemo = () => {
  const path = served.value?.demo;
  return path === undefined ? null : <MakeDemo path={path} />;
};

/** The button that makes it, how far it is, and how it ended. */
const MakeDemo = ({ path }: { readonly path: string }) => {
  const found = useQuery(({ signal }) => askLauncher<DemoState>(path, { signal }), [path], { every: () => 1_000 });
  const make = useOperation(() => askLauncher<DemoState>(path, { method: 'POST', body: {} }));
  const { status = 'idle', done = 0, total = 0, isNew = true, why } = found.value.data ?? {};
  useEffect(() => {
    if (status === 'succeeded') lookAgain();
  }, [status]);
  const { failure, isBusy } = make.state.value;
  return (
    <div class="stack">
      {failure && <FailureNotice of={failure} />}
      {status === 'running' ? (
        <Progress label="The demo" done={done} total={total} unit="steps" />
      ) : (
        <div>
          <CommandButton class="main-action" isBusy={isBusy} run={() => void make.run(undefined)}>
            Make the demo's data
          </CommandButton>
        </div>
      )}
      {status === 'succeeded' && (
        <p class="notice good" role="status">
          {isNew ? 'All of it is there.' : 'All of it was there before.'}
        </p>
      )}
      {status === 'failed' && (
        <p class="notice bad" role="alert">
          <strong>It failed</strong>
          <span>{why}</span>
        </p>
      )}
    </div>
  );
};
