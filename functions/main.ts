import { pages, servedWith } from './api/endpoints.ts';
import { compose } from './compose.ts';
import { serve } from './serve.ts';
import { settingsOfProcess } from './settings/contextSettings.ts';
import { readSettings } from './settings/settings.ts';

const settings = settingsOfProcess(readSettings, 'WEBSITE_HOSTNAME');
const services = await compose(settings, { now: () => Date.now() });
serve([...servedWith(services.subscriptions), ...pages], services);
