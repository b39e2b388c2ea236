import { runService } from '../service/serviceProgram.ts';
import { parseArguments, usage } from './arguments.ts';
import { startCosmos } from './server.ts';

await runService({ name: 'Cosmos DB', usage, parse: parseArguments, start: startCosmos });
