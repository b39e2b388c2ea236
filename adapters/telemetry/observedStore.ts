import type { EventStore } from '../../application/eventStore.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo } from './spans.ts';

/** Makes a span of each append, linked to the requests of all its commands; counts groups and conflicts. */
export const observedStore = (store: EventStore): EventStore => ({
  ...store,
  append(commits, after) {
    const { aggregate, version, aggregateId } = commits.at(-1) ?? {};
    const attributes = {
      'daybook.aggregate': aggregate,
      'daybook.aggregate.id': aggregateId,
      'daybook.version': version,
      'daybook.commits': commits.length,
    };
    // The first command's request is the parent of the group's spans.
    const links = linksTo(commits.slice(1).map(({ traceparent }) => traceparent));
    return inSpan(`append ${aggregate}`, { attributes, links }, async (span) => {
      const result = await store.append(commits, after);
      span.setAttribute('daybook.outcome', result.outcome);
      if (result.outcome === 'appended') record('daybook.group.size', commits.length, { aggregate });
      if (result.outcome === 'conflict') record('daybook.conflicts', 1, { aggregate });
      return result;
    });
  },
});
