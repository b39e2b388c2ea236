import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { cancel, look, ship, type Look, type Seen as Order } from './shop.ts';
import './shop.css';

const lookEveryMs = 2_000;

const reasons = {
  noStock: 'There were too few units.',
  noMoney: 'The bank held no money for it.',
  noAnswer: 'The bank gave no answer in time.',
  holdEnded: 'The hold ended before it was paid.',
  byHand: 'Somebody cancelled it.',
};

const payments = {
  open: 'no answer of the bank yet',
  held: 'held by the bank',
  refused: 'not held',
  captured: 'paid',
  released: 'free again',
};

const Page = () => {
  const [seen, setSeen] = useState<Look>();
  const [problem, setProblem] = useState('');
  const lookAgain = () =>
    look().then(
      (found) => {
        setSeen(found);
        setProblem('');
      },
      (error: unknown) => setProblem(`The shop does not answer: ${String(error)}. This page goes on asking.`),
    );
  useEffect(() => {
    void lookAgain();
    const timer = setInterval(() => void lookAgain(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <main>
      <header>
        <h1>The shop</h1>
        <p>Orders that the bank pays, and what each listener did for them.</p>
      </header>
      <p role="status" class="problem">
        {problem}
      </p>
      {seen ? <Seen seen={seen} onChange={lookAgain} /> : problem === '' && <p>Loading…</p>}
    </main>
  );
};

const Seen = ({ seen, onChange }: { readonly seen: Look; readonly onChange: () => Promise<void> }) => (
  <div class="columns">
    <div>
      <h2>Orders</h2>
      {seen.orders.length === 0 && (
        <p class="empty">
          Nobody has ordered anything yet. The requests in <code>examples/shop/README.md</code> place an order; it
          appears here by itself.
        </p>
      )}
      {seen.orders.map((order) => (
        <OrderCard key={order.id} seen={order} onChange={onChange} />
      ))}
    </div>
    <aside>
      <h2>Who listens</h2>
      <Table
        label="Who listens"
        titles={['Listener', 'State', 'Behind', 'Parked']}
        rows={seen.listeners.map(({ name, state, behind, parked }) => [name, state, behind, parked])}
      />
      <h2>What was sold</h2>
      {seen.sales.length === 0 ? (
        <p class="empty">Nothing in the last seven days.</p>
      ) : (
        <Table
          label="What was sold"
          titles={['Day', 'Orders', 'Revenue']}
          rows={seen.sales.map(({ day, orders, revenue }) => [day, orders, `${revenue.amount} ${revenue.currency}`])}
        />
      )}
    </aside>
  </div>
);

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

const OrderCard = ({ seen, onChange }: { readonly seen: Order; readonly onChange: () => Promise<void> }) => {
  const { id, status, payment, payBy, reason, isReserved, units, total, placedAt, isFlagged, did } = seen;
  const [problem, setProblem] = useState('');
  const act = (change: (id: string) => Promise<string>) => () => void change(id).then(setProblem).then(onChange);
  return (
    <section aria-label={`Order ${id}`}>
      <h3>
        {total.amount} {total.currency}
        <span class={`badge ${status}`}>{status}</span>
        {isFlagged && <span class="badge large">large</span>}
      </h3>
      {reason !== undefined && <p>{reasons[reason]}</p>}
      <dl>
        <div>
          <dt>Units</dt>
          <dd>
            {units}, {isReserved ? 'reserved' : 'not reserved'}
          </dd>
        </div>
        <div>
          <dt>Money</dt>
          <dd>{payments[payment]}</dd>
        </div>
        <div>
          <dt>Placed</dt>
          <dd>
            <Instant at={placedAt} />
          </dd>
        </div>
        {status === 'placed' && (
          <div>
            <dt>To be paid until</dt>
            <dd>
              <Instant at={payBy} />
            </dd>
          </div>
        )}
      </dl>
      <table class="lanes">
        <caption class="unseen">What each listener did, and how long after the order</caption>
        <tbody>
          {did.map(({ listener, steps }) => (
            <tr key={listener}>
              <th scope="row">{listener}</th>
              <td>
                {steps.length === 0 && <span class="nothing">nothing</span>}
                {steps.map(({ at, text, isEvent }) => (
                  <span key={at + text} class={isEvent ? 'step event' : 'step'}>
                    {text} <time dateTime={at}>{after(placedAt, at)}</time>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <footer>
        <code>{id}</code>
        {status === 'placed' && (
          <span class="actions">
            <button type="button" class="main" onClick={act(ship)}>
              Ship
            </button>
            <button type="button" onClick={act(cancel)}>
              Cancel
            </button>
          </span>
        )}
      </footer>
      <p role="status" class="problem">
        {problem}
      </p>
    </section>
  );
};

/** Wide content scrolls by itself, also by the keyboard. */
const Scrolling = ({ label, children }: { readonly label: string; readonly children: preact.ComponentChildren }) => (
  <div class="scrolling" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
);

const Instant = ({ at }: { readonly at: string }) => (
  <time dateTime={at}>{new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}</time>
);

/** Listeners follow an order within milliseconds, or within days. */
const after = (from: string, at: string): string => {
  const ms = Date.parse(at) - Date.parse(from);
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
};

const place = document.querySelector('#page');
if (place) render(<Page />, place);
