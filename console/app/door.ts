import { computed, signal } from '@preact/signals';
import { config } from './config.ts';

export type Role = 'Teller' | 'Auditor' | 'Operator' | 'Customer';

/** What opens the door. It is in memory alone: a reload asks again. */
export type Credentials = {
  readonly key?: string;
  /** Opens operations, too. */
  readonly masterKey?: string;
  readonly token?: string;
  readonly roles?: readonly Role[];
  /** The subject of the token: who has signed in. */
  readonly subject?: string;
  /** Whose accounts the role `Customer` opens. */
  readonly customerId?: string;
};

export const credentials = signal<Credentials>({});

/** Whether the app has turned us away, and whether it did so although we had something to show. */
export const refused = signal<{ readonly hadKey: boolean } | undefined>(
  // Without a token nothing opens: no need to be told.
  config.door === 'token' ? { hadKey: false } : undefined,
);
/** The same of its operations, which need the master key; of those of the present page alone. */
export const operationsRefused = signal<{ readonly hadKey: boolean } | undefined>(undefined);

/** Where keys are the door, the app knows no roles. */
const everything: readonly Role[] = ['Teller', 'Auditor', 'Operator'];
export const roles = computed(() => (config.door === 'key' ? everything : (credentials.value.roles ?? [])));
export const may = (admitted: readonly Role[]): boolean => admitted.some((role) => roles.value.includes(role));

const isOperation = (url: string): boolean => new URL(url).pathname.startsWith('/api/ops/');

/** Sends a request with what opens the door for it, and notes where that was not enough. */
export const fetchThroughDoor = async (request: Request): Promise<Response> => {
  const present = credentials.peek();
  const { key, masterKey, token } = present;
  const operation = isOperation(request.url);
  const shown = operation ? (masterKey ?? key) : (key ?? masterKey);
  if (shown !== undefined) request.headers.set('x-functions-key', shown);
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(request);
  // Where something else was shown meanwhile, the next answer tells whether that is enough.
  if (response.status === 401 && credentials.peek() === present) {
    if (config.door === 'key' && operation) operationsRefused.value = { hadKey: masterKey !== undefined };
    else refused.value = { hadKey: shown !== undefined || token !== undefined };
  }
  return response;
};

export const showKey = (key: string): void => {
  credentials.value = { ...credentials.peek(), key };
  refused.value = undefined;
};

export const showMasterKey = (masterKey: string): void => {
  operationsRefused.value = undefined;
  credentials.value = { ...credentials.peek(), masterKey };
};
