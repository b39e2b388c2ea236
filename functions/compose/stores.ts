import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../adapters/cosmos/checkpoints.ts';
import type { CosmosDatabase } from '../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosHandled } from '../../adapters/cosmos/handled.ts';
import { cosmosJobs } from '../../adapters/cosmos/jobs.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { cosmosAliases } from '../../adapters/cosmos/views/aliases.ts';
import { cosmosEntryPages } from '../../adapters/cosmos/views/entryPages.ts';
import { cosmosFeedPages } from '../../adapters/cosmos/feedPages.ts';
import { cosmosGaps } from '../../adapters/cosmos/views/gaps.ts';
import { cosmosSearches } from '../../adapters/cosmos/views/searches.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { cosmosStandings } from '../../adapters/cosmos/views/standings.ts';
import { observedParking } from '../../adapters/telemetry/observedMessages.ts';
import { observedStore } from '../../adapters/telemetry/observedStore.ts';
import { createHistory } from '../../application/history.ts';
import type { Clock } from '../../application/clock.ts';
import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import type { ComposedTelemetry } from './telemetry.ts';

export type ComposedStores = ReturnType<typeof composeStores>;

/** The ports that Cosmos DB implements. */
export const composeStores = (
  database: CosmosDatabase,
  registry: AggregateRegistry,
  clock: Clock,
  { observe }: ComposedTelemetry,
) => {
  const containerOf = (name: string) => database.container(name);
  const eventStore = observe(cosmosEventStore(containerOf('events')), observedStore);
  return {
    eventStore,
    history: createHistory(eventStore, registry),
    changeFeed: cosmosChangeFeed(containerOf('events')),
    feedPages: cosmosFeedPages(containerOf('events')),
    checkpoints: cosmosCheckpoints(containerOf('checkpoints')),
    parking: observe(cosmosParking(containerOf('parked'), clock), observedParking),
    jobs: cosmosJobs(containerOf('operations'), clock),
    handled: cosmosHandled(containerOf('handled'), clock),
    gaps: cosmosGaps(containerOf('gaps')),
    standings: cosmosStandings(containerOf('checkpoints')),
    aliases: cosmosAliases(containerOf('aliases')),
    searches: cosmosSearches(containerOf),
    rows: cosmosRows(containerOf),
    entryPages: cosmosEntryPages(containerOf),
  };
};
