import { startCosmos } from '../../../local/cosmos/server.ts';

// The server that the durability test kills: `node durabilityServer.ts <dataDir>`.
const { connectionString } = await startCosmos({ port: 0, dataDir: process.argv[2] ?? '' });
process.stdout.write(`${connectionString}\n`);
