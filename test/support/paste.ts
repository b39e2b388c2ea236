import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';

/** Pastes text into a shell; returns all that it shows. Fails where a command complains; `-e` ends it where one fails. */
export const paste = async (
  script: string,
  { flags = [], ...options }: { flags?: readonly string[]; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> => {
  const bash = spawn('bash', flags, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => bash.once('close', resolve));
  const shown = Promise.all([text(bash.stdout), text(bash.stderr)]);
  bash.stdin.end(script);
  const [output, errors] = await shown;
  expect({ code: await ended, errors, output }).toMatchObject({ code: 0, errors: '' });
  return output;
};

/** Leads what a text asks of ports of its own, such as 7071, to those of the apps of a test; each answer has its own lines. */
export const curlAt = (ports: Readonly<Record<number, string>>): string => {
  const connect = Object.entries(ports).map(
    ([port, origin]) => `--connect-to localhost:${port}:${new URL(origin).host}`,
  );
  return `curl() { echo "=== $*"; command curl -sS --max-time 60 ${connect.join(' ')} "$@"; echo; }\n`;
};
