import { startServiceBus } from '../../../local/serviceBus/server.ts';
import type { EmulatorConfig } from '../../../local/serviceBus/definitions/config.ts';

// Runs a broker in its own process, so that a test can kill it: `node brokerProcess.ts <data folder> <configuration as JSON>`.
const [, , dataDir = '', config = ''] = process.argv;
const service = await startServiceBus({ port: 0, config: JSON.parse(config) as EmulatorConfig, dataDir });
console.log(service.connectionString);
