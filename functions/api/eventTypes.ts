import { bankAggregates } from '../../domain/registry.ts';

/** The types of all events of the bank. */
export const eventTypes = bankAggregates.flatMap(({ events }) => events.map(({ type }) => type));
