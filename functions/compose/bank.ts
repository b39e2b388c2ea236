import { cosmosEmailClaims } from '../../adapters/cosmos/emailClaims.ts';
import { createBank, type Bank } from '../../application/commands/bank/bank.ts';
import { filterableOf } from '../../domain/filterable.ts';
import { ownerOf } from '../../domain/ownership.ts';
import { bankRegistry } from '../../domain/registry.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import { views } from '../../projections/registry.ts';
import { listeners } from '../../subscribers/registry.ts';
import type { Context } from '../context.ts';
import type { Parts } from './context.ts';

/** The bank as a bounded context. */
export const bankContext: Context = {
  registry: bankRegistry,
  ...{ views, listeners, topology, ownerOf, filterable: filterableOf },
};

/** Its commands, some of which need more than their aggregate. */
export const composeBank = ({ shared: { database }, options }: Pick<Parts, 'shared' | 'options'>): Bank =>
  createBank({ ...options, claims: cosmosEmailClaims(database.container('customer-emails')) });
