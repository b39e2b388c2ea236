import './compileCache.ts';
import { parseStartArguments, startUsage } from './arguments.ts';
import { startEverything } from './startEverything.ts';
import { runProgram } from './program.ts';

await runProgram({ usage: startUsage, parse: parseStartArguments, start: startEverything });
