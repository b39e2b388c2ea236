import { parseArgs } from 'node:util';
import { toDurability, toFolder, toLag, toPartitions, toPort } from '../service/flags.ts';
import { toAllowedHosts } from '../service/foreignRequests.ts';
import type { CosmosOptions } from './server.ts';

export const usage = `Runs an embedded Cosmos DB on this machine.

  --port <n>                 the port to listen on; 0 for a free one (8081)
  --data <folder>            where to keep the data; without it, in memory
  --durability normal|full   whether a power cut may take the last commits, or each one waits for the disk (normal)
  --lag-ms <n>               how far reads below bounded staleness may lag (0)
  --partitions <n>           how many physical partitions a new container gets (1)
  --allow-host <name>        a further host of which it takes requests, with or without a port; may be repeated
  --help                     show this`;

/** Reads the command line. Throws an Error that says what is wrong with it. */
export const parseArguments = (given: readonly string[]): CosmosOptions | 'help' => {
  const { values } = parseArgs({
    args: [...given],
    options: {
      port: { type: 'string', default: '8081' },
      data: { type: 'string' },
      durability: { type: 'string', default: 'normal' },
      'lag-ms': { type: 'string', default: '0' },
      partitions: { type: 'string', default: '1' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    port: toPort(values.port, '--port'),
    dataDir: toFolder(values.data, '--data'),
    durability: toDurability(values.durability, '--durability'),
    lagMs: toLag(values['lag-ms'], '--lag-ms'),
    partitions: toPartitions(values.partitions, '--partitions'),
    allowedHosts: toAllowedHosts(values['allow-host'], '--allow-host'),
  };
};
