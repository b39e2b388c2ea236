import { randomUUID } from 'node:crypto';
import type { CloudEvent } from '../../../application/publishing/message.ts';
import type { Record } from './cluster.ts';

export const eventOf = (
  aggregateid: string,
  aggregateversion: number,
  data: unknown = { n: aggregateversion },
): CloudEvent => ({
  ...{ specversion: '1.0', id: `${aggregateid}:${aggregateversion}`, source: 'urn:daybook:account' },
  ...{ type: 'MoneyDeposited', time: '2026-11-20T10:00:00.000Z', datacontenttype: 'application/json' },
  ...{ aggregate: 'account', aggregateid, aggregateversion, schemaversion: 1 },
  ...{ traceparent: '00-11111111111111111111111111111111-2222222222222222-01', data },
});

/** The first events of an account. */
export const firstEvents = (length: number, id: string = randomUUID()): CloudEvent[] =>
  Array.from({ length }, (_, index) => eventOf(id, index + 1));

export const versionsOf = (records: readonly Record[]): number[] =>
  records.map(({ headers }) => Number(headers.get('ce_aggregateversion')));
