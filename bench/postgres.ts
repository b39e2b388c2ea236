import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../test/support/freePort.ts';

const run = promisify(execFile);

export type Postgres = { readonly connectionString: string; readonly pid: number; stop(): Promise<void> };

/** The folder of the newest PostgreSQL that Debian has installed. */
export const findPostgres = async (): Promise<string | undefined> => {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  return newest === undefined ? undefined : `/usr/lib/postgresql/${newest}/bin`;
};

/** Becomes the server, which a child stops once the pipe from the bench closes, at the latest when the bench has ended. */
const untilPipeCloses = 'exec 3<&0; { read -r _; kill -INT $$; } <&3 & exec "$@"';

/** A server of its own on a free port, in a folder that goes with it. `settings` are of `postgresql.conf`. */
export const startPostgres = async (bin: string, settings: Readonly<Record<string, string>>): Promise<Postgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-bench-postgres-'));
  const user = await unprivilegedUser();
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);

  const port = await freePort();
  const all = { listen_addresses: '127.0.0.1', port: `${port}`, unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = ['-c', untilPipeCloses, 'sh', join(bin, 'postgres'), '-D', data, ...flags];
  const child = spawn('sh', command, { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
  const stop = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.once('exit', () => reject(new Error(`PostgreSQL ended:\n${log}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000);
      if (log.includes('ready to accept connections')) resolve();
    });
  });
  return { connectionString: `postgresql://postgres@127.0.0.1:${port}/postgres`, pid: child.pid ?? 0, stop };
};

/** PostgreSQL refuses to run as root: there, it runs as the user that Debian's package has made. */
const unprivilegedUser = async (): Promise<{ uid: number; gid: number } | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
};
