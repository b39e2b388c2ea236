import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HostError } from './hostError.ts';
import { codeOf, messageOf } from '../service/thrown.ts';

/** App settings by name, as the app sees them in its environment. */
export type Settings = Readonly<Record<string, string>>;

/** The settings that Core Tools read from `Host` of local.settings.json. Commas separate the origins of `CORS`. */
const hostSettings = z.object({
  LocalHttpPort: z.int().min(0).max(65_535).optional(),
  CORS: z.string().default(''),
  CORSCredentials: z.boolean().default(false),
});

export type HostSettings = z.output<typeof hostSettings>;

const localSettings = z.object({
  IsEncrypted: z.literal(false, 'encrypted settings are not supported').default(false),
  Values: z.record(z.string(), z.string('must be a string')).default({}),
  Host: hostSettings.prefault({}),
});

/** Reads a file without its byte order mark. Undefined if there is no such file. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

export const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HostError(`${path} is not JSON: ${messageOf(error)}`);
  }
};

/** Reads the settings of the app (the environment first, then `Values` of its local.settings.json), and those of its host. */
export const loadSettings = async (
  appRoot: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ settings: Settings; host: HostSettings }> => {
  const path = join(appRoot, 'local.settings.json');
  const parsed = localSettings.safeParse(parseJson((await readIfThere(path)) ?? '{}', path));
  if (!parsed.success) throw new HostError(`${path}: ${z.prettifyError(parsed.error)}`);
  const settings: Record<string, string> = { ...parsed.data.Values };
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) settings[name] = value;
  return { settings, host: parsed.data.Host };
};

/** Looks settings up, and remembers the missing ones, so that the host can report all of them at once. */
export type SettingResolver = {
  /** Replaces each `%NAME%` in the text by that setting. */
  readonly expand: (text: string, usedBy: string) => string;
  /** Returns the connection string that a trigger's `connection` names. */
  readonly connection: (name: string, usedBy: string) => string;
  readonly problems: () => readonly string[];
};

export const createSettingResolver = (settings: Settings): SettingResolver => {
  const problems = new Set<string>();
  const missing = (name: string, usedBy: string, hint = ''): string => {
    problems.add(`${name} (used by ${usedBy})${hint}`);
    return '';
  };
  return {
    expand: (text, usedBy) => text.replace(/%([^%]+)%/g, (_, name: string) => settings[name] ?? missing(name, usedBy)),
    connection: (name, usedBy) => {
      // Azure's host, too, looks for the prefixed name first.
      const value = settings[`AzureWebJobs${name}`] ?? settings[name];
      if (value !== undefined && value !== '') return value;
      const identityBased = settings[`${name}__fullyQualifiedNamespace`] !== undefined;
      return missing(
        name,
        usedBy,
        identityBased ? `: ${name}__fullyQualifiedNamespace is set, but this host takes connection strings only` : '',
      );
    },
    problems: () => [...problems],
  };
};
