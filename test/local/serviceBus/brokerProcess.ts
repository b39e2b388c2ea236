import { startServiceBus } from '../../../local/serviceBus/server.ts';
import type { EmulatorConfig } from '../../../local/serviceBus/definitions/config.ts';

// A broker in a process of its own, to be killed: `node brokerProcess.ts <data folder> <configuration as JSON>`.
const [, , dataDir = '', config = ''] = process.argv;
const service = await startServiceBus({ port: 0, config: JSON.parse(config) as EmulatorConfig, dataDir });
console.log(service.connectionString);
