import type { EventStore } from '../../application/eventStore.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo } from './spans.ts';

/** Appends become spans, linked to the requests of all commands that they carry; groups and conflicts are counted. */
export const observedStore = (store: EventStore): EventStore => ({
  ...store,
  append(commits, head, expectedEtag) {
    const { aggregate, version } = head;
    const attributes = {
      'daybook.aggregate': aggregate,
      'daybook.aggregate.id': commits[0]?.aggregateId,
      'daybook.version': version,
      'daybook.commits': commits.length,
    };
    // The first one's is the parent of all that is done for the group.
    const links = linksTo(commits.slice(1).map(({ traceparent }) => traceparent));
    return inSpan(`append ${aggregate}`, { attributes, links }, async (span) => {
      const result = await store.append(commits, head, expectedEtag);
      span.setAttribute('daybook.outcome', result.outcome);
      if (result.outcome === 'appended') record('daybook.group.size', commits.length, { aggregate });
      else record('daybook.conflicts', 1, { aggregate, kind: result.outcome });
      return result;
    });
  },
});
