import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { subscriptions } from '../support/coffeeRegistry.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { messageOf } from '../support/e2eMessages.ts';
import { eventually } from '../support/e2eEventually.ts';
import { signatureOf } from '../support/signing.ts';
import { topologyOf } from '../support/topologyOf.ts';

const entry = fileURLToPath(new URL('../support/coffeeApp.ts', import.meta.url));

/** The ids of the events for which it was turned on. */
const cups: string[] = [];
let isOutOfOrder = false;
let refusals = 0;
const machine = createServer((request, response) => {
  if (isOutOfOrder) refusals += 1;
  else cups.push(String(request.headers['idempotency-key']));
  response.writeHead(isOutOfOrder ? 503 : 204).end();
});

let app: App;
let startWith: (listeners: string) => Promise<void>;
beforeAll(async () => {
  await new Promise<void>((resolve) => machine.listen(0, '127.0.0.1', resolve));
  const data = await temporaryFolder();
  const topology = join(data, 'topology.json');
  await writeFile(topology, JSON.stringify(topologyOf(subscriptions)));
  const { port } = machine.address() as AddressInfo;
  vi.stubEnv('TESTED_COFFEE_MACHINE', `http://127.0.0.1:${port}`);
  startWith = async (LISTENERS) => {
    app = await startApp(data, { entry, env: { LISTENERS }, flags: ['--topology', topology] });
  };
  await startWith('tested-coffee-machine');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await app.stop();
  machine.close();
});
beforeEach(() => {
  isOutOfOrder = false;
});

const cupsFor = (id: string) => () => Promise.resolve(cups.filter((each) => each === `${id}:1`).length);
const send = async (...messages: ServiceBusMessage[]) => {
  const sender = app.serviceBus.createSender('bank-events');
  await sender.sendMessages(messages);
  await sender.close();
};
/** The message that told of the opening of an account, under an id that the topic has not seen. */
const openingAgain = async (id: string): Promise<ServiceBusMessage> => {
  const [event] = await allEvents(app.bank, id);
  if (!event) throw new Error('It was opened');
  return messageOf(event);
};
/** Once it was turned on for an account that is opened now, it has heard of everything before. */
const hasHeardAll = async () => {
  const { id } = await newAccount(app.bank);
  await eventually(cupsFor(id)).toBe(1);
};
const functionsOf = async ({ origin }: App) => {
  const functions = (await (await fetch(`${origin}/admin/functions`)).json()) as { name: string }[];
  return functions.map(({ name }) => name);
};
const statusOf = async (name: string) => {
  const { body } = await app.bank.get('/ops/listeners');
  return (body as { items: { name: string }[] }).items.find((item) => item.name === name);
};
const statusOfMachine = () => statusOf('tested-coffee-machine');
/** None waits, and none is being handled. */
const nothingWaits = () =>
  eventually(async () => {
    const client = app.newServiceBusClient();
    const waiting = await client.createReceiver('bank-events', 'tested-coffee-machine').peekMessages(10);
    await client.close();
    return waiting.length;
  }).toBe(0);
const replay = async (subscription: string) => {
  const reply = await app.bank.post(`/ops/listeners/${subscription}/replay`, { from: '2020-01-01T00:00:00Z' });
  const { operationId } = bodyOf(reply) as { operationId: string };
  await eventually(async () => (await app.bank.get(`/ops/operations/${operationId}`)).body).toMatchObject({
    status: 'succeeded',
  });
};

describe('the coffee machine', () => {
  it('is turned on when an account is opened, and when nothing else happens', async () => {
    const before = cups.length;
    const { id } = await newAccount(app.bank, '5');
    bodyOf(await app.bank.deposit(id, '1'));
    await eventually(cupsFor(id)).toBe(1);
    await hasHeardAll();
    expect(cups.length).toBe(before + 2);
  });

  it('is turned on once for each account, though its messages come twice and there are two instances', async () => {
    const other = await app.startInstance({ entry, env: { LISTENERS: 'tested-coffee-machine' } });
    const ids = (await times(20, () => newAccount(app.bank))).map(({ id }) => id);
    const again = await Promise.all([...ids, ...ids].map(openingAgain));
    await send(...again);
    await hasHeardAll();
    await nothingWaits();
    await eventually(() => Promise.all(ids.map((id) => cupsFor(id)()))).toEqual(ids.map(() => 1));
    await other.stop();
  });

  it('is not turned on again by a replay of all history', async () => {
    const { id } = await newAccount(app.bank);
    await eventually(cupsFor(id)).toBe(1);
    const before = cups.length;
    await replay('tested-coffee-machine');
    await hasHeardAll();
    await nothingWaits();
    expect(cups.length).toBe(before + 1);
  });

  it('is turned on later where it is out of order', async () => {
    isOutOfOrder = true;
    refusals = 0;
    const { id } = await newAccount(app.bank);
    await eventually(() => Promise.resolve(refusals)).toBeGreaterThan(2);
    expect(await cupsFor(id)()).toBe(0);
    const waits = { kind: 'subscriber', state: 'live', behind: 1, oldest: expect.any(String) as string };
    await eventually(statusOfMachine).toMatchObject(waits);
    isOutOfOrder = false;
    await eventually(cupsFor(id)).toBe(1);
  });

  it('has its parked messages where all are', async () => {
    const messageId = randomUUID();
    const properties = { deliverTo: 'tested-coffee-machine', ...signatureOf('no event') };
    await send({ messageId, body: 'no event', applicationProperties: properties });
    const parked = async () => {
      const { body } = await app.bank.get('/ops/dead-letters', { listener: 'tested-coffee-machine' });
      return (body as { items: unknown[] }).items;
    };
    await eventually(parked).toContainEqual(
      expect.objectContaining({ listener: 'tested-coffee-machine', state: 'parked', messageId }),
    );
    expect(await statusOfMachine()).toMatchObject({ parked: 1 });
  });

  it('has neither a subscription nor a function where it is switched off, and nobody knows its name', async () => {
    const function_ = 'listen-tested-coffee-machine';
    expect(await functionsOf(app)).toContain(function_);
    await app.stop();
    await startWith('');
    expect(await functionsOf(app)).toEqual(expect.arrayContaining(['listen-views', 'listen-transfers']));
    expect(await functionsOf(app)).not.toContain(function_);
    const client = app.newServiceBusClient();
    await expect(client.createReceiver('bank-events', 'tested-coffee-machine').peekMessages(1)).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
    });
    await client.close();
    const unknown = { status: 404, body: { detail: expect.not.stringContaining('coffee') as string } };
    expect(
      await app.bank.post('/ops/listeners/tested-coffee-machine/replay', { from: '2020-01-01T00:00:00Z' }),
    ).toMatchObject({ status: 404 });
    expect(await app.bank.get('/ops/dead-letters', { listener: 'nobody' })).toMatchObject(unknown);
    expect(await statusOfMachine()).toBeUndefined();
    expect(await statusOf('transfers')).toMatchObject({ state: 'live', behind: 0, parked: 0 });
  });
});
