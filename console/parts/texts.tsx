import { useRef } from 'preact/hooks';
import { config } from '../app/config.ts';
import { moneyText, type Money } from './words.ts';

export { countText, durationText, moneyText, wordsOf, type Money } from './words.ts';

/** An amount in its currency's form. It shows for a moment that it has moved. */
export const Amount = ({ of }: { readonly of: Money }) => {
  const text = moneyText(of);
  const shown = useRef({ text, moves: 0 });
  if (shown.current.text !== text) shown.current = { text, moves: shown.current.moves + 1 };
  const { moves } = shown.current;
  return (
    <span key={moves} class={moves > 0 ? 'amount moved' : 'amount'}>
      {text}
    </span>
  );
};

const shortTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const longTime = (timeZone?: string) =>
  new Intl.DateTimeFormat(undefined, {
    ...{ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  });
const inBrowser = longTime();
const inBank = longTime(config.timeZone);

/** A time in the browser's zone; whoever points at it sees the bank's, too. */
export const Time = ({ at }: { readonly at: string }) => (
  <time
    class="unbroken"
    dateTime={at}
    title={`${inBrowser.format(new Date(at))}\n${inBank.format(new Date(at))} (bank)`}
  >
    {shortTime.format(new Date(at))}
  </time>
);

const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Of what happened just now: the time of the day, to the second. */
export const ClockTime = ({ at }: { readonly at: string }) => (
  <time class="unbroken" dateTime={at} title={inBrowser.format(new Date(at))}>
    {clockTime.format(new Date(at))}
  </time>
);

/** A time to the second, in the zones of the browser and of the bank. */
export const ExactTime = ({ at }: { readonly at: string }) => {
  const [here, there] = [inBrowser, inBank].map((format) => format.format(new Date(at)));
  return (
    <time dateTime={at}>
      {here}
      {here !== there && <span class="muted"> · {there} at the bank</span>}
    </time>
  );
};

/** What a browser's field for a time has is in the browser's own zone. */
export const instantOf = (local: string): string => {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
};

/** A time as such a field has it, to the minute. */
export const inBrowserZone = (ms: number): string => {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
};

/** An id, of which the end tells enough: ids that were made together begin alike. */
export const ShortId = ({ id }: { readonly id: string }) => (
  <code class="unbroken" title={id}>
    …{id.slice(-8)}
  </code>
);
