import type { components } from '../../../client/api.ts';

export type Webhook = components['schemas']['Webhook'];
