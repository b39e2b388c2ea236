import { pages, servedWith } from './api/endpoints.ts';
import { compose } from './compose.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings/settings.ts';

const settings = {
  ...readSettings(process.env),
  // The local host sets these only after it has loaded the app.
  get AzureWebJobsStorage() {
    return readSettings(process.env).AzureWebJobsStorage;
  },
  get WEBSITE_HOSTNAME() {
    return readSettings(process.env).WEBSITE_HOSTNAME;
  },
};
const services = await compose(settings, { now: () => Date.now() });
serve([...servedWith(services.subscriptions), ...pages], services);
