import { api } from '../../api/client.ts';
import { carriedOut, useOperation } from '../../api/command.ts';
import { useQuery } from '../../api/query.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { countText } from '../../parts/texts.tsx';
import type { Letter } from './letter.ts';

/** With what there is to say about what was done. */
type Close = (said?: string) => void;
type Resubmitted = { readonly resubmitted: number; readonly more: boolean };

const said = ({ resubmitted, more }: Resubmitted): string =>
  `Sent ${countText(resubmitted, 'message')} again.${more ? ' Some are left: send them again, too.' : ''}`;
const closing = (close: Close) => (done?: Resubmitted) => close(done && said(done));

/** A page of the list counts them up to here. */
const mostCounted = 200;

/** Sends all of a listener's messages again, once somebody has seen how many those are. */
export const ResubmitAll = ({ listener, close }: { readonly listener: string; readonly close: Close }) => {
  const found = useQuery(
    (asking) => api.GET('/api/ops/dead-letters', { params: { query: { listener, limit: mostCounted } }, ...asking }),
    [listener],
    { still: true },
  );
  const command = useOperation(() =>
    api.POST('/api/ops/dead-letters/{listener}/resubmit', { params: { path: { listener } } }),
  );
  const { data, failure } = found.value;
  const items = data?.items ?? [];
  const single = items.filter(({ count }) => count === undefined).length;
  return (
    <Confirm
      title={`Send all again to ${listener}`}
      action="Send again"
      isWaiting={single === 0}
      command={command}
      close={closing(close)}
    >
      {failure && <FailureNotice of={failure} />}
      {data && (
        <p>
          {single === 0
            ? 'There is nothing to send.'
            : `This sends ${data.nextCursor === undefined ? '' : 'more than '}${countText(single, 'message')} again, as the event store has them.`}{' '}
          {items.length > single && `${countText(items.length - single, 'item')} that stand for many stay.`}
        </p>
      )}
      <p class="muted">Who has handled an event drops it; what still cannot be handled comes back here.</p>
    </Confirm>
  );
};

export const ResubmitOne = ({ letter, close }: { readonly letter: Letter; readonly close: Close }) => {
  const { listener, id = '' } = letter;
  const command = useOperation(() =>
    api.POST('/api/ops/dead-letters/{listener}/{id}/resubmit', { params: { path: { listener, id } } }),
  );
  return (
    <Confirm title="Send again" action="Send again" command={command} close={closing(close)}>
      <p>
        This sends one message again to {listener}, as the event store has it: <code>{letter.messageId}</code>
      </p>
    </Confirm>
  );
};

export const Discard = ({ letter, close }: { readonly letter: Letter; readonly close: Close }) => {
  const { listener, id = '', count = 1 } = letter;
  const command = useOperation(() =>
    carriedOut(api.DELETE('/api/ops/dead-letters/{listener}/{id}', { params: { path: { listener, id } } })),
  );
  return (
    <Confirm
      title="Discard"
      action="Discard"
      isDanger
      command={command}
      close={(done) => close(done && `Discarded ${countText(count, 'message')}.`)}
    >
      <p>
        This removes {countText(count, 'message')} of {listener} for good: <code>{letter.messageId}</code>
      </p>
      <p class="muted">The event itself stays in the event store. The log keeps the reason.</p>
    </Confirm>
  );
};
