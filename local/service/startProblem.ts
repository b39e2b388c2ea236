/** The reason why a program cannot start or go on, in words for its user, who needs no stack. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

export const portTaken = (port: number, name: string, flag: string): StartProblem =>
  new StartProblem(`Port ${port} for ${name} is taken: choose another one with ${flag}.`);
