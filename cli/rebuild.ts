import { parseArgs } from 'node:util';
import { apiFlags, apiUsage, bodyOf, findApi } from './api.ts';
import { followOperation } from './followOperation.ts';
import { runCommand } from './runCommand.ts';

const usage = `npm run rebuild -- <projection>

Rebuilds a view while the current one goes on answering, and shows the progress. If a rebuild is running, shows that one.

  --units <n>         request units that it may spend each second (no limit)
  --flip-back         instead, switch back to the previous generation${apiUsage}`;

const run = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...apiFlags,
      units: { type: 'string' },
      'flip-back': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (values.help || more.length > 0) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  if (name === undefined) process.stdout.write(`${usage}\n\n`);
  const api = await findApi(values);
  if (name === undefined) {
    const { items } = bodyOf(await api.GET('/api/ops/projections'));
    process.stdout.write(`Projections: ${items.map((item) => item.name).join(', ')}\n`);
    return 2;
  }
  const path = { name };
  const query = values.units === undefined ? {} : { requestUnitsPerSecond: Number(values.units) };
  const begun = values['flip-back']
    ? await api.POST('/api/ops/projections/{name}/flip-back', { params: { path } })
    : await api.POST('/api/ops/projections/{name}/rebuild', { params: { path, query } });
  const { operationId } = bodyOf(begun);
  process.stdout.write(`${name}: operation ${operationId}\n`);
  return (await followOperation(api, operationId, process.stdout)) === 'succeeded' ? 0 : 1;
};

await runCommand(run);
