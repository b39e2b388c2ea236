import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { cancel, look, ship, type Look, type Seen } from './shop.ts';
import './shop.css';

const lookEveryMs = 2_000;

const reasons = {
  noStock: 'there were too few units',
  noMoney: 'the bank held no money',
  noAnswer: 'the bank gave no answer in time',
  holdEnded: 'the hold ended before',
  byHand: 'cancelled by hand',
};

const Page = () => {
  const [seen, setSeen] = useState<Look | string>('Loading…');
  const lookAgain = () => look().then(setSeen, (error: unknown) => setSeen(String(error)));
  useEffect(() => {
    void lookAgain();
    const timer = setInterval(() => void lookAgain(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  if (typeof seen === 'string') return <p role="status">{seen}</p>;
  return (
    <main>
      <h1>The shop</h1>
      <h2>Who listens</h2>
      <Table
        label="Who listens"
        titles={['Listener', 'State', 'Behind', 'Parked']}
        rows={seen.listeners.map(({ name, state, behind, parked }) => [name, state, behind, parked])}
      />
      <h2>What was sold</h2>
      <Table
        label="What was sold"
        titles={['Day', 'Orders', 'Revenue']}
        rows={seen.sales.map(({ day, orders, revenue }) => [day, orders, `${revenue.amount} ${revenue.currency}`])}
      />
      <h2>Orders</h2>
      {seen.orders.length === 0 && <p>Nobody has ordered anything yet.</p>}
      {seen.orders.map((order) => (
        <OrderCard key={order.id} seen={order} onChange={lookAgain} />
      ))}
    </main>
  );
};

type Cells = readonly (string | number)[];

const Table = ({
  label,
  titles,
  rows,
}: {
  readonly label: string;
  readonly titles: Cells;
  readonly rows: readonly Cells[];
}) => (
  <Scrolling label={label}>
    <table>
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={`${name} ${cells.join(' ')}`}>
            <th scope="row">{name}</th>
            {cells.map((cell, index) => (
              <td key={titles[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scrolling>
);

const OrderCard = ({ seen, onChange }: { readonly seen: Seen; readonly onChange: () => Promise<void> }) => {
  const { id, status, payment, reason, units, total, placedAt, isFlagged, did } = seen;
  const [problem, setProblem] = useState('');
  const act = (change: (id: string) => Promise<string>) => () => void change(id).then(setProblem).then(onChange);
  return (
    <section aria-label={`Order ${id}`}>
      <h3>
        {total.amount} {total.currency}, {status}
        {isFlagged && <strong> large</strong>}
      </h3>
      <p>
        {units} {units === 1 ? 'unit' : 'units'}, placed <time dateTime={placedAt}>{timeOf(placedAt)}</time>; money{' '}
        {payment}
        {reason !== undefined && `; ${reasons[reason]}`}
        <br />
        <code>{id}</code>
      </p>
      <Scrolling label="What each listener did">
        <table>
          <tbody>
            {did.map(({ listener, steps }) => (
              <tr key={listener}>
                <th scope="row">{listener}</th>
                <td>
                  {steps.map(({ at, text }) => (
                    <div key={at + text}>
                      <time dateTime={at}>{timeOf(at)}</time> {text}
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      {status === 'placed' && (
        <p>
          <button type="button" onClick={act(ship)}>
            Ship
          </button>{' '}
          <button type="button" onClick={act(cancel)}>
            Cancel
          </button>
        </p>
      )}
      <p role="status">{problem}</p>
    </section>
  );
};

/** Wide content scrolls by itself, also by the keyboard. */
const Scrolling = ({ label, children }: { readonly label: string; readonly children: preact.ComponentChildren }) => (
  <div class="scrolling" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
);

/** With milliseconds: listeners follow each other closely. */
const timeOf = (at: string): string =>
  new Date(at).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
  });

const place = document.querySelector('#page');
if (place) render(<Page />, place);
