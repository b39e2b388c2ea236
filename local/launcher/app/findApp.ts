import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StartProblem } from '../../service/startProblem.ts';

const findAppRoot = (entry: string): string => {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'host.json'))) return folder;
    if (folder === dirname(folder))
      throw new StartProblem(`There is no host.json in the folder of ${entry}, nor above it.`);
  }
};

/** Finds the app on disk: its entry, and the folder of its host.json. Throws a StartProblem if either is missing. */
export const findApp = (given: string): { entry: string; appRoot: string } => {
  const entry = resolve(given);
  if (!existsSync(entry)) throw new StartProblem(`There is no ${given}: --app names the entry of the app.`);
  return { entry, appRoot: findAppRoot(entry) };
};
