import type { EventStore } from '../../application/eventStore.ts';
import { createHistory } from '../../application/history.ts';
import { bankRegistry } from '../../domain/registry.ts';

/** The bank's events as a store has them. */
export const historyOf = (eventStore: Pick<EventStore, 'readCommits' | 'commitAt'>) =>
  createHistory(eventStore, bankRegistry);
