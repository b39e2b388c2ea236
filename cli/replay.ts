import { parseArgs } from 'node:util';
import { z } from 'zod';
import { apiFlags, apiUsage, createApi } from './api.ts';
import { followOperation } from './followOperation.ts';
import { runCommand } from './runCommand.ts';

const usage = `npm run replay -- --listener <name> --from <instant or version>

Sends history again to one listener, or to a subscription that is not the app's (subscription:<name>), and shows the progress.

  --from <time>       an instant, such as 2026-11-20T10:00:00Z, or, with --aggregate, a version
  --aggregate <id>    only events of this aggregate
  --types <a,b>       only events of these types
  --rate <n>          events per second (500)${apiUsage}`;

const begun = z.object({ operationId: z.string() });

const run = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      listener: { type: 'string' },
      from: { type: 'string' },
      aggregate: { type: 'string' },
      types: { type: 'string' },
      rate: { type: 'string' },
      ...apiFlags,
      help: { type: 'boolean', default: false },
    },
  });
  const { listener, from, aggregate, types, rate } = values;
  if (values.help || listener === undefined || from === undefined) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const api = createApi(values);
  const { operationId } = begun.parse(
    await api.request('POST', `/api/ops/listeners/${encodeURIComponent(listener)}/replay`, {
      from: /^\d+$/.test(from) ? Number(from) : from,
      aggregateId: aggregate,
      types: types?.split(','),
      eventsPerSecond: rate === undefined ? undefined : Number(rate),
    }),
  );
  process.stdout.write(`${listener}: operation ${operationId}\n`);
  return (await followOperation(api, operationId, process.stdout)) === 'succeeded' ? 0 : 1;
};

await runCommand(run);
