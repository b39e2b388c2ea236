import { contextApi } from '../../functions/api/contextApi.ts';
import { ofOneAggregate } from '../../functions/compose/commands.ts';
import { openContext, serveContext } from '../../functions/compose/context.ts';
import { named } from '../../functions/http/endpoint.ts';
import { serve } from '../../functions/serve.ts';
import { settingsOfProcess } from '../../functions/settings/contextSettings.ts';
import { aboutShop, orderEndpoints } from './api.ts';
import { bankAt } from './bank.ts';
import { shopPage } from './page.ts';
import { shopOn } from './registry.ts';
import { readShopSettings } from './settings.ts';
import topology from './topology.json' with { type: 'json' };

const settings = settingsOfProcess(readShopSettings);
const { BANK_URL, BANK_KEY, PAY_WITHIN_SECONDS } = settings;
const context = { ...shopOn(bankAt(BANK_URL, BANK_KEY)), topology };
const parts = await openContext(context, settings, { now: () => Date.now() });
const services = serveContext(parts, { execute: ofOneAggregate(parts.options) });
serve([...contextApi(context, aboutShop, orderEndpoints(PAY_WITHIN_SECONDS)), ...named('', shopPage)], services);
