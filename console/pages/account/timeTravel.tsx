import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { api } from '../../api/client.ts';
import type { Failure } from '../../api/failure.ts';
import { useQuery } from '../../api/query.ts';
import { FailureNotice } from '../../parts/notice.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { useInAddress, useRested } from '../../parts/rested.ts';
import { ExactTime, instantOf, moneyText } from '../../parts/texts.tsx';
import type { Account } from './account.ts';

type TimeTravelProps = {
  readonly account: Account;
  readonly query: URLSearchParams;
  /** Is told when the version began that it shows. */
  readonly shownAt: Signal<string | undefined>;
};

/** The account at any of its versions, or at an instant, and what changed since the version before. It asks once the slider rests. */
export const TimeTravel = ({ account, query, shownAt }: TimeTravelProps) => {
  const { id, version: newest } = account;
  const sliderId = useId();
  const instantId = useId();
  // Nothing stands for the newest version: whoever looks at that goes on doing so.
  const { wanted, rested } = useInAddress('version', query);
  const show = (version: number) => (wanted.value = version === newest ? '' : String(version));
  const version = versionIn(wanted.value, newest);
  const instant = useSignal('');
  const at = useRested(instant).value;

  // An instant leads to the version that the account had then.
  const then = useQuery(
    (asking) => api.GET('/api/accounts/{id}', { params: { path: { id }, query: { at: instantOf(at) } }, ...asking }),
    [id, at],
    { still: true, isOff: at === '' },
  );
  const { data: found, failure } = then.value;
  useEffect(() => {
    if (found) show(found.version);
  }, [found]);

  return (
    <Panel title="Time travel">
      <div class="travel">
        <div class="field">
          <label for={sliderId}>
            Version {version.toLocaleString()} of {newest.toLocaleString()}
          </label>
          <input
            id={sliderId}
            type="range"
            min={1}
            max={newest}
            value={version}
            onInput={(event) => show(Number(event.currentTarget.value))}
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
      {at !== '' && failure && <NotThen why={failure} />}
      <Then now={account} version={versionIn(rested, newest)} shownAt={shownAt} />
    </Panel>
  );
};

/** The version that a text of an address names; the newest where it names none. */
const versionIn = (text: string, newest: number): number =>
  Math.min(newest, Math.max(1, Math.trunc(Number(text)) || newest));

const NotThen = ({ why }: { readonly why: Failure }) =>
  why.status === 404 ? <p class="bad">The account did not exist at that time.</p> : <FailureNotice of={why} />;

type ThenProps = Pick<TimeTravelProps, 'shownAt'> & { readonly now: Account; readonly version: number };

/** The newest version is the account as it is now, which is there already. */
const Then = ({ now, version, shownAt }: ThenProps) => {
  const { id } = now;
  const isNow = version === now.version;
  const asked = (of: number) => (asking: object) =>
    api.GET('/api/accounts/{id}', { params: { path: { id }, query: { version: of } }, ...asking });
  const then = useQuery(asked(version), [id, version, isNow], { still: true, isOff: isNow });
  const before = useQuery(asked(version - 1), [id, version], { still: true, isOff: version === 1 });
  const at = isNow ? now.updatedAt : then.value.data?.updatedAt;
  useEffect(() => void (shownAt.value = at), [at]);
  if (isNow) return <Changes of={now} since={before.value.data} />;
  return <Answered of={then.value}>{(account) => <Changes of={account} since={before.value.data} />}</Answered>;
};

type ChangesProps = { readonly of: Account; readonly since: Account | undefined };

/** Two questions brought them, of which one may still have the answer for where the slider was before. */
const Changes = ({ of: account, since }: ChangesProps) => {
  const before = since?.version === account.version - 1 ? since : undefined;
  return (
    <div class="stack">
      <p class="muted small">
        Version {account.version.toLocaleString()} · <ExactTime at={account.updatedAt} />
      </p>
      <dl class="changes">
        {facts.map(([title, text]) => {
          const [now, earlier] = [text(account), before && text(before)];
          const isChanged = earlier !== undefined && earlier !== now;
          return (
            <div key={title} class={isChanged ? 'changed' : undefined}>
              <dt>{title}</dt>
              <dd>
                {now}
                {isChanged && (
                  <span class="was">
                    was <s>{earlier}</s>
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
};

const facts: readonly (readonly [string, (account: Account) => string])[] = [
  ['Balance', ({ balance }) => moneyText(balance)],
  ['Available', ({ available }) => moneyText(available)],
  ['Held', ({ held }) => moneyText(held)],
  ['In transit', ({ inTransit }) => moneyText(inTransit)],
  ['Status', ({ status }) => status],
];
