import { contextApi } from '../../functions/api/contextApi.ts';
import { named } from '../../functions/http/endpoint.ts';
import { runContext } from '../../functions/runContext.ts';
import { settingsOfProcess } from '../../functions/settings/contextSettings.ts';
import { aboutShop, orderEndpoints } from './api.ts';
import { bankAt } from './bank.ts';
import { shopPage } from './page.ts';
import { shopOn } from './registry.ts';
import { readShopSettings } from './settings.ts';
import topology from './topology.json' with { type: 'json' };

const settings = settingsOfProcess(readShopSettings);
const shop = { ...shopOn(bankAt(settings.BANK_URL, settings.BANK_KEY)), topology };
const api = contextApi(shop, aboutShop, orderEndpoints(settings.PAY_WITHIN_SECONDS));
await runContext(shop, settings, [...api, ...named('', shopPage)]);
