import type { CosmosDatabase } from '../../adapters/cosmos/client/database.ts';
import type { ServiceBusTopic } from '../../adapters/serviceBus/topic.ts';
import type { Recording } from '../../application/activity/recording.ts';
import type { Clock } from '../../application/clock.ts';
import type { Log } from '../../application/log.ts';
import type { Signatures } from '../../application/publishing/signature.ts';
import type { Context } from '../context.ts';
import type { ContextSettings } from '../settings/contextSettings.ts';
import type { ComposedStores } from './stores.ts';
import type { ComposedTelemetry } from './telemetry.ts';

/** The parts that more than one story is composed of. */
export type Shared = {
  readonly context: Context;
  readonly settings: ContextSettings;
  readonly database: CosmosDatabase;
  readonly telemetry: ComposedTelemetry;
  readonly stores: ComposedStores;
  readonly topic: ServiceBusTopic;
  readonly signatures: Signatures;
  readonly recording: Recording;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
};
