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

const day = { dateStyle: 'medium' } as const;
const clock = { timeStyle: 'short' } as const;
const exact: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  timeZoneName: 'short',
};
/** In the zones of the browser and of the bank. */
const inBoth = (options: Intl.DateTimeFormatOptions) => {
  const here = new Intl.DateTimeFormat(undefined, options);
  const there = new Intl.DateTimeFormat(undefined, { ...options, timeZone: config.timeZone });
  return (at: string) => ({ here: here.format(new Date(at)), there: there.format(new Date(at)) });
};
const [daysOf, clocksOf, shortOf, exactOf] = [inBoth(day), inBoth(clock), inBoth({ ...day, ...clock }), inBoth(exact)];

/** A time to the minute, in the zones of the browser and of the bank; whoever points at it sees its seconds. */
export const Time = ({ at }: { readonly at: string }) => {
  const [days, short] = [daysOf(at), shortOf(at)];
  return <ShortTime at={at} {...short} inBank={days.here === days.there ? clocksOf(at).there : short.there} />;
};

const secondsOf = inBoth({ timeStyle: 'medium' });

/** Of what happened just now: the time of the day, to the second, in both zones. */
export const ClockTime = ({ at }: { readonly at: string }) => {
  const seconds = secondsOf(at);
  return <ShortTime at={at} {...seconds} inBank={seconds.there} />;
};

type ShortTimeProps = { readonly at: string; readonly here: string; readonly there: string; readonly inBank: string };

const ShortTime = ({ at, here, there, inBank }: ShortTimeProps) => (
  <time dateTime={at} title={exactOf(at).here}>
    <span class="unbroken">{here}</span>
    {here !== there && <AtTheBank text={inBank} />}
  </time>
);

/** A time to the second, in both zones. */
export const ExactTime = ({ at }: { readonly at: string }) => {
  const { here, there } = exactOf(at);
  return (
    <time dateTime={at}>
      {here}
      {here !== there && <AtTheBank text={there} />}
    </time>
  );
};

const AtTheBank = ({ text }: { readonly text: string }) => (
  <>
    {' '}
    <span class="muted small unbroken">{text} at the bank</span>
  </>
);

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
