import type { AppEvents } from '../app/appOptions.ts';

/** Where the services are, and what becomes of them. */
export type Services = {
  /** Settings that name them to the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lines for people: name and address. */
  readonly addresses: readonly (readonly [name: string, address: string])[];
  /** Those of storage are there once storage is asked for. */
  readonly ports: {
    readonly cosmosPort: number;
    readonly serviceBusPort: number;
    storagePort?: number;
    queuePort?: number;
  };
  readonly data?: string;
  readonly developmentStorage?: AppEvents['developmentStorage'];
  /** Rejects if a service crashes. */
  readonly crashed: Promise<never>;
};
