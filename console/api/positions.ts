/** The newest version of each aggregate that this page knows of, by its commands or the feed: what it reads shows at least that. */
const versions = new Map<string, number>();

export const noteVersion = (id: string, version: number): void =>
  void versions.set(id, Math.max(versions.get(id) ?? 0, version));

/** Notes the position in the answer to a command, such as `<aggregateId>:7`. */
export const notePosition = (answer: unknown): void => {
  if (typeof answer !== 'object' || answer === null || !('position' in answer)) return;
  const [id = '', version = ''] = String(answer.position).split(':');
  noteVersion(id, Number(version));
};

/** The parameter `atLeast` of a query of that aggregate, where this page knows a version of it. */
export const seenOf = (id: string): { readonly atLeast?: string } => {
  const version = versions.get(id);
  return version === undefined ? {} : { atLeast: `${id}:${version}` };
};
