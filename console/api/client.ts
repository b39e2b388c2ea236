import { createApiClient } from '../../client/client.ts';
import { fetchThroughDoor } from '../app/door.ts';

/** The typed client of the API. Pages ask again by themselves, so it repeats commands alone. */
export const api = createApiClient({ url: location.origin, fetch: fetchThroughDoor, repeats: 'commands' });
