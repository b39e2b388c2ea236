import './compileCache.ts';
import { parseStartArguments, startUsage } from './arguments.ts';
import { startEverything } from './everything.ts';
import { runProgram } from './program.ts';

await runProgram({ usage: startUsage, parse: parseStartArguments, start: startEverything });
