import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { refine } from '../../app/router.ts';
import { Choice } from '../../parts/form.tsx';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { countText, Time } from '../../parts/texts.tsx';
import type { Letter } from './letter.ts';
import { Discard, ResubmitAll, ResubmitOne } from './letterForms.tsx';

type LettersProps = {
  /** Whose alone, or everybody's. */
  readonly listener: string | undefined;
  /** The names of all listeners. */
  readonly names: readonly string[];
};

/** The relay parks messages that it could never send: nobody can send them again. */
const relay = 'relay';

type Asked = { readonly what: 'all' | 'one' | 'discard'; readonly letter?: Letter };

/** Messages that nobody could handle: parked by the app, or given up by Service Bus. */
export const Letters = ({ listener, names }: LettersProps) => {
  const pages = usePages(['letters', listener]);
  const asked = useSignal<Asked | undefined>(undefined);
  const said = useSignal('');
  const found = useQuery(
    (asking) =>
      api.GET('/api/ops/dead-letters', {
        params: {
          query: {
            limit: 25,
            ...(listener !== undefined && { listener }),
            ...(pages.cursor !== undefined && { cursor: pages.cursor }),
          },
        },
        ...asking,
      }),
    [listener, pages.cursor],
  );
  const close = (text?: string) => {
    asked.value = undefined;
    if (text !== undefined) said.value = text;
  };
  const choices = [...new Set([...names, relay, ...(listener === undefined ? [] : [listener])])];
  const { what, letter } = asked.value ?? {};
  return (
    <Panel
      title="What they could not handle"
      aside={
        <div class="row">
          <Choice
            label="Of"
            value={listener ?? ''}
            options={[['', 'everybody'], ...choices.map((name) => [name, name] as const)]}
            choose={(name) => refine({ listener: name })}
          />
          {listener !== undefined && listener !== relay && (
            <button type="button" onClick={() => (asked.value = { what: 'all' })}>
              Send all again
            </button>
          )}
        </div>
      }
    >
      {said.value !== '' && (
        <p class="notice" role="status">
          {said.value}
        </p>
      )}
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is left over">
              <p>What a listener can never handle stands here, with the reason, until somebody deals with it.</p>
            </Empty>
          ) : (
            <ul class="letters">
              {items.map((each) => (
                <li key={`${each.listener} ${each.id ?? each.messageId}`}>
                  <LetterItem of={each} ask={(wanted) => (asked.value = { what: wanted, letter: each })} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
      {what === 'all' && listener !== undefined && <ResubmitAll listener={listener} close={close} />}
      {what === 'one' && letter && <ResubmitOne letter={letter} close={close} />}
      {what === 'discard' && letter && <Discard letter={letter} close={close} />}
    </Panel>
  );
};

type LetterItemProps = { readonly of: Letter; readonly ask: (what: 'all' | 'one' | 'discard') => void };

const LetterItem = ({ of, ask }: LetterItemProps) => {
  const { id, listener, state, count, enqueuedAt, deliveryCount } = of;
  return (
    <>
      <div class="spread">
        <span>
          <strong>{listener}</strong> <StatusBadge status={state} />{' '}
          <span class="muted small">
            {enqueuedAt !== undefined && <Time at={enqueuedAt} />}
            {deliveryCount !== undefined &&
              deliveryCount > 1 &&
              ` · ${countText(deliveryCount, 'delivery', 'deliveries')}`}
            {count !== undefined && ` · stands for ${countText(count, 'message')}`}
          </span>
        </span>
        {id !== undefined && (
          <span class="row">
            {listener !== relay && count === undefined && (
              <button type="button" onClick={() => ask('one')}>
                Send again
              </button>
            )}
            <button type="button" class="danger" onClick={() => ask('discard')}>
              Discard
            </button>
          </span>
        )}
      </div>
      <Contents of={of} />
    </>
  );
};

/** Why, in two lines at most, and all of it with the message itself when somebody opens it. */
const Contents = ({ of: { messageId, reason, description, body } }: { readonly of: Letter }) => (
  <details>
    <summary>
      <span class="reason">{reason}</span>
    </summary>
    <div class="stack">
      {description !== undefined && <p>{description}</p>}
      <p class="muted small">
        Message <code>{messageId}</code>
      </p>
      <pre tabIndex={0} aria-label="The message">
        {readable(body)}
      </pre>
    </div>
  </details>
);

/** What is JSON as people read it; the beginning of something longer as it is. */
const readable = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
};
