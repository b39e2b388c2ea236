import type { EventStore } from '../../application/eventStore.ts';

const words = {
  loadNewest: 'load',
  commitAt: 'look',
  newestVersion: 'version',
  append: 'append',
  findCommit: 'find',
} as const;
type Method = keyof typeof words;

/** The event store, and a word for each call of these methods, in the order in which they come. */
export const recordingStore = (
  eventStore: EventStore,
  methods: readonly Method[] = Object.keys(words) as Method[],
): { readonly eventStore: EventStore; readonly calls: string[] } => {
  const calls: string[] = [];
  const recorded = methods.map((method) => {
    const call = (...args: unknown[]): unknown => {
      calls.push(words[method]);
      return (eventStore[method] as (...args: unknown[]) => unknown)(...args);
    };
    return [method, call] as const;
  });
  return { eventStore: { ...eventStore, ...(Object.fromEntries(recorded) as Partial<EventStore>) }, calls };
};
