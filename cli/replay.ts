import { parseArgs } from 'node:util';
import type { operations } from '../client/api.ts';
import { apiFlags, apiUsage, bodyOf, findApi } from './api.ts';
import { followOperation } from './followOperation.ts';
import { runCommand } from './runCommand.ts';

const usage = `npm run replay -- --listener <name> --from <instant or version>

Sends history again to one listener, or to a subscription that is not the app's (subscription:<name>), and shows the progress.

  --from <time>       an instant, such as 2026-11-20T10:00:00Z, or, with --aggregate, a version
  --aggregate <id>    only events of this aggregate
  --types <a,b>       only events of these types
  --rate <n>          events per second (500)${apiUsage}`;

type Replay = operations['replayEvents']['requestBody']['content']['application/json'];

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
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const isComplete = listener !== undefined && from !== undefined;
  if (!isComplete) process.stdout.write(`${usage}\n\n`);
  const api = await findApi(values);
  if (!isComplete) {
    const { items } = bodyOf(await api.GET('/api/ops/listeners'));
    // A webhook has a replay of its own.
    const listeners = items.filter(({ kind }) => kind !== 'webhook');
    process.stdout.write(`Listeners: ${listeners.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  const body = {
    from: /^\d+$/.test(from) ? Number(from) : from,
    ...(aggregate !== undefined && { aggregateId: aggregate }),
    // The app refuses a type that it does not know.
    ...(types !== undefined && { types: types.split(',') as NonNullable<Replay['types']> }),
    ...(rate !== undefined && { eventsPerSecond: Number(rate) }),
  };
  const { operationId } = bodyOf(
    await api.POST('/api/ops/listeners/{name}/replay', { params: { path: { name: listener } }, body }),
  );
  process.stdout.write(`${listener}: operation ${operationId}\n`);
  return (await followOperation(api, operationId, process.stdout)) === 'succeeded' ? 0 : 1;
};

await runCommand(run);
