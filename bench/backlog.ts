import { setTimeout as sleep } from 'node:timers/promises';
import { cosmosAliases } from '../adapters/cosmos/views/aliases.ts';
import { cosmosChangeFeed } from '../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../adapters/cosmos/checkpoints.ts';
import { openDatabase, type CosmosDatabase } from '../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../adapters/cosmos/parking.ts';
import { cosmosRows } from '../adapters/cosmos/views/rows.ts';
import { openSignatures } from '../adapters/signing/signatures.ts';
import { openTopic } from '../adapters/serviceBus/topic.ts';
import { meter } from '../adapters/telemetry/meter.ts';
import { createHistory } from '../application/history.ts';
import { firstAlias } from '../application/views/generations.ts';
import { createProjector } from '../application/views/projector.ts';
import { runRelay } from '../application/publishing/relay.ts';
import { filterableOf } from '../domain/filterable.ts';
import { bankRegistry } from '../domain/registry.ts';
import type { RecordedEvent } from '../eventSourcing/commit.ts';
import settings from '../local.settings.json' with { type: 'json' };
import { views } from '../projections/registry.ts';
import { startBank, type BankProcess } from './bankProcess.ts';
import { lengthen, openAccounts } from './longHistory.ts';
import { printTable } from './table.ts';
import topology from '../infra/topology.json' with { type: 'json' };

const accounts = 500;
const eventsPerAccount = 100;
const clock = { now: () => Date.now() };
const log = (_level: string, message: string) => void process.stderr.write(`${message}\n`);

/** Measures how fast views take in a backlog that has built up while no instance ran. */
export const backlog = async (): Promise<void> => {
  const rows = [];
  for (const count of [1, 2]) {
    // The services, with an app that does not use them.
    const bank = await startBank('bench/fixtures/idle/main.ts');
    const database = openDatabase({ connectionString: bank.cosmos }, topology.cosmos);
    try {
      // Without aliases, the app would build the views from the event store.
      const aliases = cosmosAliases(database.container('aliases'));
      const since = new Date().toISOString();
      await aliases.save(
        views.map((view) => firstAlias(view, 'views', true, since)),
        undefined,
      );
      const ids = await openAccounts(bank.cosmos, accounts);
      for (const id of ids) await lengthen(bank.cosmos, id, eventsPerAccount);
      const messages = await sendAll(bank, database);
      const begun = performance.now();
      for (let index = 0; index < count; index += 1) await bank.startInstance();
      await untilFolded(database, ids);
      const seconds = (performance.now() - begun) / 1_000;
      const rate = Math.round(messages / seconds);
      rows.push({
        instances: count,
        messages,
        views: views.length,
        seconds: seconds.toFixed(1),
        'messages/s': rate,
      });
    } finally {
      database.close();
      await bank.stop();
    }
  }
  printTable('A backlog, with the start of the instances, until every view has all of it', rows);
  await unitsByBatch();
};

/** Sends all events by the relay, whose checkpoint keeps the instances from sending them again. Returns how many it sent. */
const sendAll = async ({ serviceBus }: BankProcess, database: CosmosDatabase): Promise<number> => {
  const containerOf = (name: string) => database.container(name);
  // As an instance on this machine signs.
  const signatures = openSignatures([settings.Values.CURSOR_KEY]);
  const topic = openTopic(
    { connectionString: serviceBus },
    { filterable: ({ data }) => filterableOf(data), signature: (event, listener) => signatures.sign(event, listener) },
    'bank-events',
  );
  const changeFeed = cosmosChangeFeed(containerOf('events'));
  const checkpoints = cosmosCheckpoints(containerOf('checkpoints'));
  const parking = cosmosParking(containerOf('parked'), clock);
  const isSent = () => false;
  try {
    return await runRelay({ changeFeed, checkpoints, topic, isSent, parking, clock, log }, Infinity);
  } finally {
    await topic.close();
  }
};

const untilFolded = async (database: CosmosDatabase, ids: readonly string[]): Promise<void> => {
  const rows = cosmosRows((name) => database.container(name));
  const ofAccounts = views.filter(({ name }) => name !== 'customers').map((view) => ({ ...view, build: 1 }));
  for (const id of ids.toReversed()) {
    for (const generation of ofAccounts) {
      while (((await rows.load(generation, id))?.positions[id] ?? 0) < eventsPerAccount) await sleep(50);
    }
  }
};

/** Measures the modelled units of an event in a view, by how many events of one row come together. */
const unitsByBatch = async (): Promise<void> => {
  const bank = await startBank('bench/fixtures/idle/main.ts');
  const database = openDatabase({ connectionString: bank.cosmos }, topology.cosmos);
  const rows = [];
  try {
    const history = createHistory(cosmosEventStore(database.container('events')), bankRegistry);
    const [id = ''] = await openAccounts(bank.cosmos, 1);
    await lengthen(bank.cosmos, id, eventsPerAccount);
    const events: RecordedEvent[] = [];
    for await (const page of history.pages(id, 0)) events.push(...page);
    for (const [build, size] of [1, 10, 99].entries()) {
      const row: Record<string, string | number> = { 'events of a row at once': size };
      for (const view of views) {
        // A generation of its own begins without rows.
        const fresh = { ...view, version: 100, build };
        const stored = cosmosRows((name) => database.container(name));
        const projector = createProjector(stored, history, () => Promise.resolve());
        const key = events[0] ? view.rowOf(events[0]) : '';
        const units = await meter.measure(async (cost) => {
          for (let from = 0; from < events.length; from += size) {
            await projector.apply(fresh, key, events.slice(from, from + size));
          }
          return cost.units;
        });
        row[view.name] = (units / events.length).toFixed(2);
      }
      rows.push(row);
    }
  } finally {
    database.close();
    await bank.stop();
  }
  printTable('Modelled request units of an event in each view', rows);
};
