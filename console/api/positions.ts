/** The newest version of each aggregate that a command of this page has made: what is read after it shows at least that. */
const versions = new Map<string, number>();

/** Notes the position in the answer to a command, such as `<aggregateId>:7`. */
export const noteVersion = (answer: unknown): void => {
  if (typeof answer !== 'object' || answer === null || !('position' in answer)) return;
  const [id = '', version = ''] = String(answer.position).split(':');
  versions.set(id, Math.max(versions.get(id) ?? 0, Number(version)));
};

/** The parameter `atLeast` of a query of that aggregate, where a command of this page has changed it. */
export const seenOf = (id: string): { readonly atLeast?: string } => {
  const version = versions.get(id);
  return version === undefined ? {} : { atLeast: `${id}:${version}` };
};
