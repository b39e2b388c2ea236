import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../adapters/cosmos/checkpoints.ts';
import type { CosmosDatabase } from '../../adapters/cosmos/client/database.ts';
import { cosmosEmailClaims } from '../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosOperations } from '../../adapters/cosmos/operations.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { cosmosAliases } from '../../adapters/cosmos/views/aliases.ts';
import { cosmosCounts } from '../../adapters/cosmos/views/counts.ts';
import { cosmosGaps } from '../../adapters/cosmos/views/gaps.ts';
import { cosmosListings } from '../../adapters/cosmos/views/listings.ts';
import { cosmosReadModels } from '../../adapters/cosmos/views/readModels.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { observedParking } from '../../adapters/telemetry/observedMessages.ts';
import { observedStore } from '../../adapters/telemetry/observedStore.ts';
import type { Clock } from '../../application/clock.ts';
import type { ComposedTelemetry } from './telemetry.ts';

export type ComposedStores = ReturnType<typeof composeStores>;

/** The ports that Cosmos DB implements. */
export const composeStores = (database: CosmosDatabase, clock: Clock, { observe }: ComposedTelemetry) => {
  const containerOf = (name: string) => database.container(name);
  return {
    eventStore: observe(cosmosEventStore(containerOf('events')), observedStore),
    changeFeed: cosmosChangeFeed(containerOf('events')),
    checkpoints: cosmosCheckpoints(containerOf('checkpoints')),
    claims: cosmosEmailClaims(containerOf('customer-emails')),
    parking: observe(cosmosParking(containerOf('parked'), clock), observedParking),
    operations: cosmosOperations(containerOf('operations'), clock),
    gaps: cosmosGaps(containerOf('gaps')),
    aliases: cosmosAliases(containerOf('aliases')),
    readModels: cosmosReadModels(containerOf),
    listings: cosmosListings(containerOf),
    rows: cosmosRows(containerOf),
    counts: cosmosCounts(containerOf),
  };
};
