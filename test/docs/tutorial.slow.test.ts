import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, type Started } from '../local/launcher/runStart.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { eventually } from '../support/e2eEventually.ts';
import { curlAt, paste } from '../support/paste.ts';

const tutorial = await readFile('docs/tutorial.md', 'utf8');
const blocksOf = (pattern: RegExp) => [...tutorial.matchAll(pattern)];
const files = blocksOf(/^`([\w./]+)`\n\n```(?:ts|json)\n(.*?)^```$/gms).map(([, name = '', content = '']) => ({
  name,
  content,
}));
const commands = blocksOf(/^```sh\n(.*?)^```$/gms).map(([, command = '']) => command);
const plain = blocksOf(/^```\n(.*?)^```$/gms).map(([, block = '']) => block);
const requests = plain.filter((block) => block.startsWith('curl')).join('');
const id = /api\/books\/([0-9a-f-]{36})/.exec(requests)?.[1] ?? '';

/** Never the whole project, which has its own check. */
const tsconfig = { extends: resolve('tsconfig.json'), include: ['library/**/*.ts', 'test/library/**/*.ts'] };

/** A folder that is like a copy of the project, in which the reader makes a folder. */
const copyOfProject = async (): Promise<string> => {
  const folder = await temporaryFolder();
  const own = ['test', 'tsconfig.json', '.git', '.daybook', 'dist'];
  const link = async (name: string) => symlink(resolve(name), join(folder, name));
  for (const name of await readdir('.')) if (!own.includes(name)) await link(name);
  await mkdir(join(folder, 'test'));
  await link('test/support');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  return folder;
};

/** As for those who have the project's programs at hand. */
const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env.PATH ?? ''}` };

describe('the tutorial', { timeout: 180_000 }, () => {
  let folder: string;
  let app: Started | undefined;
  let origin: string;
  beforeAll(async () => {
    folder = await copyOfProject();
    for (const { name, content } of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  });
  afterAll(async () => {
    app?.child.kill();
    await app?.gone;
  });

  it('has each of its files once, and none beside the library', () => {
    const names = files.map(({ name }) => name);
    expect(names).toHaveLength(9);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^(test\/)?library\//.test(name))).toEqual([]);
    expect(blocksOf(/^```(ts|json)$/gm)).toHaveLength(names.length);
  });

  it('has commands that pass: its tests, its topology, the compiler', async () => {
    expect(commands).toHaveLength(3);
    const output = await paste(commands.join(''), { flags: ['-e'], cwd: folder, env });
    expect(stripVTControlCharacters(output)).toMatch(/Tests +2 passed/);
  });

  it('starts the library as the text says', async () => {
    const [start = ''] = plain.filter((block) => block.startsWith('node '));
    const [, ...given] = start.trim().split(/\s+/);
    // On free ports, and where the requests of the text may come from their own.
    const args = given.map((arg, index) => (given[index - 1]?.endsWith('-port') ? '0' : arg));
    app = follow(process.execPath, [...args, '--port', '0', '--allow-host', 'localhost:7073', '--ready-json'], {
      cwd: folder,
    });
    origin = `http://127.0.0.1:${(await app.ready).port}`;
  });

  it('answers its requests as the text says', async () => {
    const output = await paste(curlAt({ 7073: origin }) + requests);
    const answers = output
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{')) as [string, ...string[]];
    const [added, lent, refused, view, list, events, returned] = answers.map((line) => JSON.parse(line) as object);
    expect(added).toMatchObject({ id, version: 1 });
    expect(lent).toMatchObject({ version: 2 });
    expect(refused).toMatchObject({ code: 'BookIsLent', dueAt: expect.any(String) as string });
    expect(view).toMatchObject({ title: 'Middlemarch', loans: 1, loan: { reader: 'Ada' } });
    expect(list).toMatchObject({ items: [{ id }] });
    expect(events).toMatchObject({ items: [{ type: 'BookAdded' }, { type: 'BookLent' }] });
    expect(returned).toMatchObject({ position: expect.stringContaining(`${id}:`) as string });
  });

  it('reminds a reader of a book that is due', async () => {
    const post = (path: string, body: object) =>
      fetch(`${origin}/api/books/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post(`${id}/loans`, { reader: 'Ada', days: 0.00002 })).status).toBe(201);
    await eventually(async () => (await fetch(`${origin}/api/books/${id}`)).json()).toMatchObject({
      loan: { reminded: true },
    });
    const { items } = (await (await fetch(`${origin}/api/books/${id}/events`)).json()) as {
      items: { type: string; actor: string }[];
    };
    expect(items.at(-1)).toMatchObject({ type: 'ReaderReminded', actor: 'reaction:reminders' });
  });

  it('rebuilds its view, by steps that go to its own storage', async () => {
    const begun = await fetch(`${origin}/api/ops/projections/books/rebuild`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(begun.status).toBe(202);
    const operation = new URL(begun.headers.get('location') ?? '', origin);
    await eventually(async () => (await fetch(operation)).json()).toMatchObject({ status: 'succeeded' });
  });
});
