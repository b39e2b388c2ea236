import { mkdir, readdir, rm, writeFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartProblem } from '../../service/startProblem.ts';
import type { ContainerTopology, Topology } from './topology.ts';
import { codeOf } from '../../service/thrown.ts';

/** A data folder that this process holds until it releases it or ends. */
export type DataFolder = {
  readonly path: string;
  /** The folder of blobs, queues and tables. */
  readonly storagePath: string;
  /** Records the topology of the data. Throws a StartProblem if the topology defines containers of existing data differently. */
  readonly useTopology: (topology: Topology) => Promise<void>;
  readonly release: () => void;
};

/** SQLite uses a lock of the operating system, which ends with the process, however that ends. */
const lock = (path: string): DatabaseSync => {
  const database = new DatabaseSync(join(path, 'lock.sqlite'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (!(error instanceof Error && error.message.includes('locked'))) throw error;
    throw new StartProblem(
      `The data folder ${path} is in use by another running instance: stop that one, or choose another folder with --data.`,
    );
  }
};

const provisioned = 'provisioned.json';
const ownFile = /^(cosmos|serviceBus)\.sqlite(-wal|-shm|-journal)?$|^(provisioned|running)\.json$|^(azurite|timers)$/;

/** Removes only the files of the services: the folder may contain other files. */
const empty = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (ownFile.test(name)) await rm(join(folder, name), { recursive: true });
};

const readBefore = async (file: string): Promise<Topology | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Topology;
  } catch (error) {
    // An incomplete file counts as none.
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The properties of a container that cannot change; its indexes can. */
const fixedPartOf = (container: ContainerTopology): string =>
  JSON.stringify({ ...container, indexedPaths: undefined, compositeIndexes: undefined });

const useTopology = async (path: string, topology: Topology): Promise<void> => {
  const file = join(path, provisioned);
  const before = await readBefore(file);
  const changed = topology.cosmos.containers.filter((container) => {
    const earlier = before?.cosmos.containers.find(({ name }) => name === container.name);
    return earlier && fixedPartOf(earlier) !== fixedPartOf(container);
  });
  if (changed.length > 0) {
    throw new StartProblem(
      `The topology now defines ${changed.map(({ name }) => name).join(', ')} in another way than the data in ${path} was made for: ` +
        'start with --fresh, or choose another folder with --data.',
    );
  }
  await writeFile(file, JSON.stringify(topology, undefined, 2));
};

/** Opens the folder for this process alone, and creates it if necessary. `fresh` removes the data of earlier runs. */
export const openDataFolder = async (given: string, fresh: boolean): Promise<DataFolder> => {
  const path = resolve(given);
  await mkdir(path, { recursive: true });
  const database = lock(path);
  if (fresh) await empty(path);
  return {
    path,
    storagePath: join(path, 'azurite'),
    useTopology: (topology) => useTopology(path, topology),
    release: () => database.close(),
  };
};
