import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cosmosAliases } from '../adapters/cosmos/views/aliases.ts';
import { openDatabase, type CosmosDatabase } from '../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../adapters/cosmos/eventStore.ts';
import { cosmosJobs } from '../adapters/cosmos/jobs.ts';
import { cosmosRows } from '../adapters/cosmos/views/rows.ts';
import { meter } from '../adapters/telemetry/meter.ts';
import { loadCurrent } from '../application/commands/currentState.ts';
import { decideGroup } from '../application/commands/decideGroup.ts';
import { createGenerations } from '../application/views/generations.ts';
import type { EventStore } from '../application/eventStore.ts';
import { createHistory } from '../application/history.ts';
import { createProjector } from '../application/views/projector.ts';
import { runStep } from '../application/rebuilding/rebuild.ts';
import type { RebuildStep } from '../application/rebuilding/rebuildJob.ts';
import { rebuild as beginRebuild } from '../application/rebuilding/superviseViews.ts';
import { account } from '../domain/account/account.ts';
import { customer } from '../domain/customer/customer.ts';
import { currency } from '../domain/currency.ts';
import { bankRegistry } from '../domain/registry.ts';
import type { View } from '../eventSourcing/view.ts';
import { provisionCosmos } from '../local/launcher/services/provision.ts';
import { startCosmosThread } from '../local/launcher/services/threads/serviceThread.ts';
import { readTopology } from '../local/launcher/services/topology.ts';
import { views } from '../projections/registry.ts';
import { requestOf } from './longHistory.ts';
import { printTable } from './table.ts';

const accountCount = 1_000;
const eventsPerAccount = 100;
const EUR = currency.parse('EUR');
const clock = { now: () => Date.now() };

const seedAccount = async (store: EventStore): Promise<void> => {
  const [customerId, accountId] = [crypto.randomUUID(), crypto.randomUUID()];
  const person = await loadCurrent(customer, store, customerId);
  if (person === 'fenced') throw new Error('It is new');
  const create = {
    request: requestOf({
      type: 'CreateCustomer' as const,
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: `${customerId}@example.com`,
    }),
  };
  const created = decideGroup(customer, customerId, person, [create], Date.now());
  await store.append(
    created.accepted.map(({ commit }) => commit),
    { state: created.after.state, stateVersion: customer.stateVersion },
  );

  const open = { request: requestOf({ type: 'OpenAccount' as const, customerId, currency: EUR }) };
  const deposit = () => ({
    request: requestOf({ type: 'DepositMoney' as const, amount: { minor: 1, currency: EUR } }),
  });
  const groups = [
    [open, ...Array.from({ length: 98 }, deposit)],
    Array.from({ length: eventsPerAccount - 99 }, deposit),
  ];
  let current = await loadCurrent(account, store, accountId);
  for (const group of groups) {
    if (current === 'fenced') throw new Error('It is new');
    const { accepted, after } = decideGroup(account, accountId, current, group, Date.now());
    const result = await store.append(
      accepted.map(({ commit }) => commit),
      { state: after.state, stateVersion: account.stateVersion },
    );
    if (result.outcome !== 'appended') throw new Error(result.outcome);
    current = after;
  }
};

/** Rebuilds until every aggregate is read. The flip is left out: it only waits for readers. */
const rebuildOnce = async (database: CosmosDatabase, view: View) => {
  const containerOf = (name: string) => database.container(name);
  const eventStore = cosmosEventStore(containerOf('events'));
  const generations = createGenerations({
    aliases: cosmosAliases(containerOf('aliases')),
    eventStore: { isEmpty: () => Promise.resolve(true) },
    subscriptionOf: ({ name }) => name,
    clock,
  });
  const pause = (attempt: number) => sleep(attempt * 10 * Math.random());
  const jobs = cosmosJobs(containerOf('operations'), clock);
  const steps: RebuildStep[] = [];
  const history = createHistory(eventStore, bankRegistry);
  const rows = cosmosRows(containerOf);
  const options = {
    eventStore,
    history,
    projector: createProjector(rows, history, pause),
    generations,
    jobs,
    views: [view],
    sendStep: (step: RebuildStep, delayMs = 0) => {
      if (delayMs === 0) steps.push(step);
      return Promise.resolve();
    },
    meter,
    clock,
    wait: (ms: number) => sleep(ms),
    log: (_level: string, message: string) => void process.stderr.write(`${message}\n`),
    newId: () => crypto.randomUUID(),
    rows,
  };
  const begun = performance.now();
  const processor = process.cpuUsage();
  return meter.measure(async (cost) => {
    const jobId = await beginRebuild(options, view);
    const work = async (): Promise<void> => {
      for (let step = steps.shift(); step; step = steps.shift()) {
        const running = runStep(options, step);
        // Lanes run at the same time, as the host runs messages of a queue.
        await Promise.all([running, work()]);
      }
    };
    await work();
    const seconds = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(processor);
    const events = (await jobs.load(jobId))?.done ?? 0;
    return { events, seconds, units: cost.units, processorMs: (user + system) / 1_000 };
  });
};

/** Measures how fast one instance builds each view from the event store, on the embedded Cosmos DB. */
export const rebuild = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'daybook-bench-'));
  const service = await startCosmosThread({ port: 0, dataDir });
  const { cosmos } = await readTopology('infra/topology.json');
  await provisionCosmos(service.connectionString, cosmos);
  const database = openDatabase({ connectionString: service.connectionString }, cosmos);
  try {
    const store = cosmosEventStore(database.container('events'));
    for (let index = 0; index < accountCount; index += 20) {
      await Promise.all(Array.from({ length: 20 }, () => seedAccount(store)));
    }
    const rows: Record<string, string | number>[] = [];
    for (const view of views) {
      const { events, seconds, processorMs } = await rebuildOnce(database, view);
      rows.push({
        view: view.name,
        events,
        seconds: seconds.toFixed(1),
        'events/s': Math.round(events / seconds),
        // The app's and the local Cosmos DB's processor time. Other load on the machine changes the rate, but hardly changes this.
        'processor, µs an event': Math.round((1_000 * processorMs) / events),
      });
    }
    printTable(`A rebuild of ${accountCount} accounts with ${eventsPerAccount} events each`, rows);
  } finally {
    database.close();
    await service.close();
    await rm(dataDir, { recursive: true, force: true });
  }
};
