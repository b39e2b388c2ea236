import type { EventOfAggregate } from '../eventSourcing/aggregate.ts';
import { aggregateRegistry } from '../eventSourcing/aggregateRegistry.ts';
import type { Commit, RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from './account/account.ts';
import { customer } from './customer/customer.ts';
import { rate } from './rate/rate.ts';

/** Every kind of aggregate of the bank. */
export const bankAggregates = [customer, account, rate] as const;
export type BankEvent = EventOfAggregate<(typeof bankAggregates)[number]>;

export const bankRegistry = aggregateRegistry(bankAggregates);

/** A commit's events as the bank knows them. Throws UnreadableEvent. */
export const bankEventsOf = (commit: Commit): RecordedEvent<BankEvent>[] =>
  bankRegistry.eventsOf(commit) as RecordedEvent<BankEvent>[];
