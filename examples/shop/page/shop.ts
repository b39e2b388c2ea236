type Amount = { readonly amount: string; readonly currency: string };
type Order = {
  readonly id: string;
  readonly status: 'placed' | 'shipped' | 'cancelled';
  readonly payment: 'open' | 'held' | 'refused' | 'captured' | 'released';
  readonly payBy: string;
  readonly isReserved: boolean;
  readonly reason?: 'noStock' | 'noMoney' | 'noAnswer' | 'holdEnded' | 'byHand';
  readonly units: number;
  readonly total: Amount;
  readonly placedAt: string;
  readonly isFlagged: boolean;
};
type Sales = { readonly day: string; readonly orders: number; readonly revenue: Amount };
type Listener = {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly behind: number;
  readonly parked: number;
};
type Event = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: string;
  readonly correlationId: string;
};
type Step = { readonly step: string; readonly name: string; readonly event?: string; readonly at: string };
type Page<Item> = { readonly items: readonly Item[] };

/** What a subscriber did for an order: what it has handled, and the events to which that led. What views did is shown itself. */
type Did = {
  readonly listener: string;
  readonly steps: readonly { readonly at: string; readonly text: string; readonly isEvent: boolean }[];
};

export type Seen = Order & { readonly did: readonly Did[] };
export type Look = {
  readonly listeners: readonly Listener[];
  readonly sales: readonly Sales[];
  readonly orders: readonly Seen[];
};

const shownOrders = 10;

const read = async <Body>(path: string): Promise<Body | undefined> => {
  const response = await fetch(`/api/${path}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The shop answered ${response.status}`);
  return (await response.json()) as Body;
};

/** The listeners, and the newest orders. */
export const look = async (): Promise<Look> => {
  const listeners = (await read<Page<Listener>>('ops/listeners'))?.items ?? [];
  const orders = (await read<Page<Order>>(`orders?limit=${shownOrders}`))?.items ?? [];
  const names = listeners.filter(({ kind }) => kind === 'subscriber').map(({ name }) => name);
  return {
    listeners,
    sales: (await read<Page<Sales>>('analytics/sales'))?.items ?? [],
    orders: await Promise.all(orders.map(async (order) => ({ ...order, did: await didFor(order.id, names) }))),
  };
};

/** An order's events name who caused them. What was handled, the app keeps in memory for ten minutes. */
const didFor = async (id: string, listeners: readonly string[]): Promise<readonly Did[]> => {
  const events = (await read<Page<Event>>(`orders/${id}/events`))?.items ?? [];
  const flows = [...new Set(events.map(({ correlationId }) => correlationId))];
  const steps = (await Promise.all(flows.map((flow) => read<Page<Step>>(`ops/flow/${flow}`)))).flatMap(
    (found) => found?.items ?? [],
  );
  const typeOf = new Map(events.map((event) => [event.id, event.type]));
  return listeners.map((listener) => ({
    listener,
    steps: [
      ...events
        .filter(({ actor }) => actor === `reaction:${listener}`)
        .map(({ type, occurredAt: at }) => ({ at, text: `→ ${type}`, isEvent: true })),
      ...steps
        .filter(({ step, name, event }) => step === 'subscriber' && name === listener && event !== undefined)
        .map(({ event = '', at }) => ({
          at,
          text: `handled ${typeOf.get(event) ?? 'an event of the stock'}`,
          isEvent: false,
        })),
    ].sort((a, b) => (a.at < b.at ? -1 : 1)),
  }));
};

const command =
  (what: string) =>
  async (id: string): Promise<string> => {
    const response = await fetch(`/api/orders/${id}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: '{}',
    });
    return response.ok ? '' : ((await response.json()) as { detail: string }).detail;
  };

/** Both return what the shop says where it refuses. */
export const ship = command('shipment');
export const cancel = command('cancellation');
