/** What a question of the console is about: one aggregate, or a list or a sum over all of them. */
export type Subject = `account ${string}` | `customer ${string}` | 'customers' | 'transfers' | 'books';

/** What pages know of an event: enough to look again, and to follow it; nothing that is secret. */
export type Moved = {
  readonly id: string;
  readonly type: string;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly at: string;
  readonly correlationId: string;
  /** Whose account it is, of events of accounts. */
  readonly customerId?: string;
};

/** An event as the feed has it. */
type Told = {
  readonly id: string;
  readonly type: string;
  readonly aggregate: string;
  readonly aggregateid: string;
  readonly aggregateversion: number;
  readonly time: string;
  readonly traceparent: string;
  readonly data: unknown;
};

export const movedOf = (event: Told): Moved => {
  const { data } = event;
  const customerId = typeof data === 'object' && data !== null && 'customerId' in data ? data.customerId : undefined;
  return {
    ...{ id: event.id, type: event.type, aggregate: event.aggregate, aggregateId: event.aggregateid },
    ...{ version: event.aggregateversion, at: event.time, correlationId: traceIdIn(event.traceparent) },
    ...(typeof customerId === 'string' && { customerId }),
  };
};

/** The trace id in a traceparent of W3C Trace Context, which is the correlation id of a command. */
export const traceIdIn = (traceparent: string): string => traceparent.split('-')[1] ?? '';

/** Events of accounts by which no money moves. Of an event that this console does not know, it believes that some does. */
const withoutPostings = new Set([
  ...['AccountOpened', 'AccountFrozen', 'AccountUnfrozen', 'AccountClosed'],
  ...['HoldPlaced', 'HoldReleased', 'HoldExpired', 'TransferDeclined', 'TransferCompleted'],
]);

/** The questions whose answers an event may change. */
export const subjectsOf = ({ type, aggregate, aggregateId, customerId }: Moved): readonly Subject[] => {
  if (aggregate === 'customer') return [`customer ${aggregateId}`, 'customers'];
  if (aggregate !== 'account') return [];
  return [
    `account ${aggregateId}`,
    ...(customerId === undefined ? [] : [`customer ${customerId}` as const]),
    ...(type === 'AccountOpened' ? ['customers' as const] : []),
    ...(type.startsWith('Transfer') ? ['transfers' as const] : []),
    ...(withoutPostings.has(type) ? [] : ['books' as const]),
  ];
};
