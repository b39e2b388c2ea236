import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { refine } from '../../app/router.ts';
import { useRested } from '../../parts/pager.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { ExactTime, instantOf, moneyText } from '../../parts/texts.tsx';
import type { Account } from './account.ts';

type TimeTravelProps = { readonly account: Account; readonly query: URLSearchParams };

/** The account at any of its versions, or at an instant, and what changed since the version before. It asks once the slider rests. */
export const TimeTravel = ({ account: { id, version: newest }, query }: TimeTravelProps) => {
  const sliderId = useId();
  const instantId = useId();
  const version = useSignal(Math.min(newest, Number(query.get('version')) || newest));
  const instant = useSignal('');
  const at = useRested(instant);
  const rested = useRested(version);
  useEffect(() => refine({ version: rested === newest ? undefined : String(rested) }), [rested]);
  // Whoever looks at the newest version goes on doing so.
  const last = useRef(newest);
  useEffect(() => {
    if (version.peek() === last.current) version.value = newest;
    last.current = newest;
  }, [newest]);
  const linked = query.get('version');
  useEffect(() => {
    if (linked !== null) version.value = Math.min(newest, Math.max(1, Number(linked) || newest));
  }, [linked]);

  // An instant leads to the version that the account had then.
  const then = useQuery(
    (asking) => api.GET('/api/accounts/{id}', { params: { path: { id }, query: { at: instantOf(at) } }, ...asking }),
    [id, at],
    { still: true, isOff: at === '' },
  );
  const found = then.value.data?.version;
  useEffect(() => {
    if (found !== undefined) version.value = found;
  }, [found]);

  return (
    <Panel title="Time travel" wide>
      <div class="travel">
        <div class="field">
          <label for={sliderId}>
            Version {version.value.toLocaleString()} of {newest.toLocaleString()}
          </label>
          <input
            id={sliderId}
            type="range"
            min={1}
            max={newest}
            value={version.value}
            onInput={(event) => (version.value = Number(event.currentTarget.value))}
          />
        </div>
        <div class="field">
          <label for={instantId}>Or as it was at</label>
          <input
            id={instantId}
            type="datetime-local"
            step={1}
            value={instant.value}
            onInput={(event) => (instant.value = event.currentTarget.value)}
          />
        </div>
      </div>
      {at !== '' && then.value.failure && <p class="bad">The account did not exist at that time.</p>}
      <Then id={id} version={rested} />
    </Panel>
  );
};

const Then = ({ id, version }: { readonly id: string; readonly version: number }) => {
  const asked = (of: number) => (asking: object) =>
    api.GET('/api/accounts/{id}', { params: { path: { id }, query: { version: of } }, ...asking });
  const then = useQuery(asked(version), [id, version], { still: true });
  const before = useQuery(asked(version - 1), [id, version], { still: true, isOff: version === 1 });
  return (
    <Answered of={then.value}>
      {(account) => (
        <div class="stack">
          <p class="muted small">
            Version {account.version.toLocaleString()} · <ExactTime at={account.updatedAt} />
          </p>
          <dl class="changes">
            {facts.map(([title, text]) => {
              const [now, earlier] = [text(account), before.value.data && text(before.value.data)];
              const isChanged = version > 1 && earlier !== undefined && earlier !== now;
              return (
                <div key={title} class={isChanged ? 'changed' : undefined}>
                  <dt>{title}</dt>
                  <dd>
                    {isChanged && (
                      <>
                        <s class="muted">{earlier}</s> <span aria-hidden="true">→</span>{' '}
                      </>
                    )}
                    {now}
                  </dd>
                </div>
              );
            })}
          </dl>
        </div>
      )}
    </Answered>
  );
};

const facts: readonly (readonly [string, (account: Account) => string])[] = [
  ['Balance', ({ balance }) => moneyText(balance)],
  ['Available', ({ available }) => moneyText(available)],
  ['Held', ({ held }) => moneyText(held)],
  ['In transit', ({ inTransit }) => moneyText(inTransit)],
  ['Status', ({ status }) => status],
];
