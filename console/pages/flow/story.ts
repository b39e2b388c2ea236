/** What became of a command, as the app knows it. */
export type Step = {
  readonly step: 'request' | 'commit' | 'message' | 'view' | 'subscriber';
  readonly name: string;
  readonly event?: string;
  readonly at: string;
};

/** A step, in milliseconds from the beginning of the story. */
export type Mark = { readonly step: Step['step']; readonly name: string; readonly ms: number };

/** A command, or an event and who has heard of it. */
export type Chapter = {
  /** The command, or the event's type. */
  readonly title: string;
  /** The event's id; a command has none. */
  readonly event: string | undefined;
  readonly marks: readonly Mark[];
};

export type Story = {
  /** When it began. */
  readonly at: string;
  readonly chapters: readonly Chapter[];
  /** The milliseconds until its last step. */
  readonly ms: number;
};

/** Puts steps in the order in which they are told: each command, and each event with all that it led to, by when it began. */
export const storyOf = (steps: readonly Step[]): Story | undefined => {
  const ordered = steps.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const [first] = ordered;
  if (!first) return undefined;
  const begun = Date.parse(first.at);
  const markOf = ({ step, name, at }: Step): Mark => ({ step, name, ms: Date.parse(at) - begun });
  const chapters = new Map<string, Step[]>();
  for (const [index, each] of ordered.entries()) {
    const key = each.event ?? `command ${index}`;
    chapters.set(key, [...(chapters.get(key) ?? []), each]);
  }
  return {
    at: first.at,
    ms: Math.max(...ordered.map((each) => markOf(each).ms)),
    chapters: [...chapters.values()].map((own) => ({
      title: titleOf(own),
      event: own[0]?.event,
      marks: own.map(markOf),
    })),
  };
};

/** The milliseconds until the last step of a kind; undefined where there was none. */
export const lastOf = ({ chapters }: Story, step: Step['step']): number | undefined => {
  const all = chapters.flatMap(({ marks }) => marks.filter((mark) => mark.step === step).map(({ ms }) => ms));
  return all.length === 0 ? undefined : Math.max(...all);
};

/** Listeners do not name the type of the event. An instance that has only listened does not know it. */
const titleOf = (steps: readonly Step[]): string =>
  steps.find(({ step }) => step === 'request' || step === 'commit' || step === 'message')?.name ?? 'Event';
