import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../functionsHost/runHost.ts';
import { flags, start, type Ready, type Started } from './runStart.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { writeApp } from './writeApp.ts';

const main = `
  import { app } from '@azure/functions';
  import { answer } from './answer.ts';
  app.get('answer', () => ({ body: answer }));
  app.get('slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    return { body: 'slow ' + answer };
  });`;
const answering = (text: string): string => `export const answer = '${text}';`;

let folder: string;
let running: Started;
let ready: Ready;
beforeAll(async () => {
  folder = await writeApp({ 'main.ts': main, 'answer.ts': answering('first') });
  running = start(...flags(await temporaryFolder()), '--app', join(folder, 'main.ts'), '--watch');
  ready = await running.ready;
});
afterAll(() => running.child.kill('SIGKILL'));

const get = async (name: string): Promise<string> => (await fetch(`http://127.0.0.1:${ready.port}/api/${name}`)).text();
const readyAgain = (): number => running.out().split('Ready again').length - 1;
const change = async (file: string, text: string): Promise<void> => {
  const before = readyAgain();
  await writeFile(join(folder, file), text);
  await eventually(() => readyAgain() > before, 'the app to be ready again');
};

it('runs the app afresh when a source changes, at the same port, and says what changed', async () => {
  expect(await get('answer')).toBe('first');
  await change('answer.ts', answering('second'));
  expect(await get('answer')).toBe('second');
  expect(running.out()).toContain('Changed: answer.ts.');
});

it('lets what has begun end before', async () => {
  const slow = get('slow');
  await get('answer');
  await change('answer.ts', answering('third'));
  expect([await slow, await get('answer')]).toEqual(['slow second', 'third']);
});

it('waits for the next change if the app cannot start', async () => {
  await writeFile(join(folder, 'answer.ts'), 'export const answer = ;');
  await eventually(() => running.out().includes('The app cannot start; waits for a change.'), 'the news');
  await change('answer.ts', answering('fourth'));
  expect(await get('answer')).toBe('fourth');
});

it('honours a changed host.json', async () => {
  await change('host.json', JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: 'v2' } } }));
  expect(await (await fetch(`http://127.0.0.1:${ready.port}/v2/answer`)).text()).toBe('fourth');
});

it('does not start the services again', () => {
  expect(running.out().split('Cosmos DB').length).toBe(2);
});

it('ends all of it when it is told to', async () => {
  running.child.kill('SIGINT');
  expect(await running.gone).toEqual({ code: 0, signal: null });
  expect(running.errors()).toBe('');
});
