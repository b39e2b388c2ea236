/** Why everything cannot start or go on, in words for the person who started it: shown without a stack. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

export const portTaken = (port: number, name: string, flag: string): StartProblem =>
  new StartProblem(`Port ${port} for ${name} is taken: choose another one with ${flag}.`);
