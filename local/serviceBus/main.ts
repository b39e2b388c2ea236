import { runService } from '../service/serviceProgram.ts';
import { parseArguments, readConfig, usage } from './arguments.ts';
import { startServiceBus } from './server.ts';

await runService({
  name: 'Service Bus',
  usage,
  parse: parseArguments,
  start: async ({ configFile, ...options }) => startServiceBus({ ...options, config: await readConfig(configFile) }),
});
