import type { AppEvents } from '../app/appOptions.ts';

/** The running services of the app. */
export type Services = {
  /** The settings by which the app finds them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lines for people: name and address. */
  readonly addresses: readonly (readonly [name: string, address: string])[];
  /** Storage has ports once the app asks for it. */
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
