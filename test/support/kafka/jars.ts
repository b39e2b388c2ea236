import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../../../node_modules/.cache/kafka-4.1.1', import.meta.url));
const pom = fileURLToPath(new URL('pom.xml', import.meta.url));

const isOnPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((place) => existsSync(join(place, program)));

/** Whether a real Kafka can run on this machine. */
export const mayRunKafka = isOnPath('java') && (existsSync(folder) || isOnPath('mvn'));

/** The class path of Kafka's broker; Maven fetches it once. */
export const kafkaJars = async (): Promise<string> => {
  if (!existsSync(folder)) {
    // Under a name of its own, so that nobody finds half of it.
    await mkdir(dirname(folder), { recursive: true });
    const fetched = await mkdtemp(`${folder}-`);
    await promisify(execFile)('mvn', [
      ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies'],
      `-DoutputDirectory=${fetched}`,
    ]);
    // Another test file may have been quicker.
    await rename(fetched, folder).catch(() => rm(fetched, { recursive: true }));
  }
  return join(folder, '*');
};
