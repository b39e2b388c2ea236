import type { HostOptions } from '../../functionsHost/host.ts';
import type { Settings } from '../../functionsHost/settings.ts';

/** Which app to run, and how. All of it is plain data, so that it can be sent to another process. */
export type AppOptions = {
  /** Path of the app's entry. */
  readonly entry: string;
  /** The folder of its host.json. */
  readonly appRoot: string;
  /** 0 picks a free port; if absent, local.settings.json decides, or it is 7071. */
  readonly port?: number | undefined;
  /** Path of a file of keys. */
  readonly keys?: string | undefined;
  /** Further hosts of which it takes requests. */
  readonly allowedHosts?: readonly string[];
  /** A folder that several hosts of the same app share. */
  readonly data?: string | undefined;
  /** Settings that take precedence over all others. */
  readonly settings?: Settings;
};

/** The callbacks of a running app. */
export type AppEvents = Pick<HostOptions, 'log' | 'developmentStorage' | 'local' | 'onLoad'>;
