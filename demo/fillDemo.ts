import { instantOf } from '../application/clock.ts';
import { isRecorded, type EventStore } from '../application/eventStore.ts';
import type { Commit } from '../eventSourcing/commit.ts';
import { rateIdOf } from '../functions/api/currencyPair.ts';
import { compose } from '../functions/compose.ts';
import { readSettings } from '../functions/settings/settings.ts';
import { views } from '../projections/registry.ts';
import type { DemoSize } from './plan/accounts.ts';
import { lastKey, planDemo, wholeDemo } from './plan/plan.ts';
import { pairs } from './plan/rates.ts';
import { dayMs, type Step } from './plan/steps.ts';
import { commandIdOf, walk } from './walk.ts';

export type DemoSettings = {
  readonly COSMOS: string;
  readonly SERVICEBUS: string;
  /** The app's own: the messages of the demo are signed with it. */
  readonly CURSOR_KEY: string;
};

type Progress = { readonly done: number; readonly total: number };

export type DemoOptions = {
  readonly size?: DemoSize;
  readonly onProgress?: (progress: Progress) => void;
};

/** What the services have afterwards. Instants are ISO 8601. */
export type Demo = {
  /** False where all of it was there before: then nothing was appended. */
  readonly isNew: boolean;
  readonly from: string;
  readonly to: string;
};

const relayMs = 60_000;

/**
 * Fills the embedded services with the demo: the bank's own commands, by a clock that walks through the days up to now. It also settles the
 * demo's transfers and ends its holds. No app may run on these services meanwhile: it would do so, too, at the present time, and nothing
 * later in those accounts could be earlier. What an earlier call left unfinished is finished by the same clock. Throws an Error for
 * services that are not on this machine, and for data beside which the demo cannot be.
 */
export const fillDemo = async (
  { COSMOS, SERVICEBUS, CURSOR_KEY }: DemoSettings,
  { size = wholeDemo, onProgress }: DemoOptions = {},
): Promise<Demo> => {
  requireLocal(COSMOS, SERVICEBUS);
  const clock = { at: undefined as number | undefined, now: () => clock.at ?? Date.now() };
  const AzureWebJobsStorage = 'UseDevelopmentStorage=true';
  const services = await compose(readSettings({ COSMOS, SERVICEBUS, CURSOR_KEY, AzureWebJobsStorage }), clock);
  try {
    const { execute, eventStore, generations, relay } = services;
    const steps = planDemo(size);
    const begun = await commitOf(eventStore, steps[0]);
    const last = steps.find(({ key }) => key === lastKey);
    const start = begun ? Date.parse(begun.occurredAt) : startOf(size);
    const demo = { from: instantOf(start), to: instantOf(start + size.days * dayMs) };
    if (last && (await commitOf(eventStore, last))) return { isNew: false, ...demo };
    if (!begun) await requireNoNewerRates(eventStore, demo.from);
    // As when the app begins: in a bank without history all views are then live at once.
    await Promise.all(views.map((view) => generations.current(view)));
    await walk({ execute }, clock, steps, start, (done) => onProgress?.({ done, total: steps.length }));
    clock.at = undefined;
    // Otherwise the app would send all of it again when it starts.
    await relay(relayMs);
    return { isNew: true, ...demo };
  } finally {
    clock.at = undefined;
    await services.close();
  }
};

/** The last step is a minute old. */
const startOf = ({ days }: DemoSize): number => Math.floor(Date.now() / 1_000 - 60) * 1_000 - days * dayMs;

const localCosmos = /^AccountEndpoint=http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\//;
const localServiceBus = /^Endpoint=sb:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?[;/].*UseDevelopmentEmulator=true/;

const requireLocal = (cosmos: string, serviceBus: string): void => {
  if (!localCosmos.test(cosmos) || !localServiceBus.test(serviceBus)) {
    throw new Error('The demo fills only the services of this machine: COSMOS or SERVICEBUS names others.');
  }
};

/** Rates belong to everybody, and go back to no earlier time. */
const requireNoNewerRates = async (eventStore: EventStore, from: string): Promise<void> => {
  for (const pair of pairs) {
    const newest = await eventStore.loadNewest(rateIdOf(pair));
    if (!isRecorded(newest) || newest.occurredAt <= from) continue;
    throw new Error(
      `The demo sets the rates of its days, but ${pair.base}-${pair.quote} has a newer one: ` +
        'begin empty with --fresh, or choose another folder with --data.',
    );
  }
};

/** The commit that a step has made, if it has. Its command needs no versions of others. */
const commitOf = (eventStore: EventStore, { key, command }: Step): Promise<Commit | undefined> =>
  eventStore.findCommit(command(() => 0, 0).id, commandIdOf(key));
