import { expect, it } from 'vitest';
import { views } from '../../projections/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';

type Step = { readonly step: string; readonly name: string; readonly event?: string; readonly at: string };
type Second = { commands: number; refused: number; events: number; viewMs?: object; commandMs?: object };

const app = appOfThisFile();
const traceOf = ({ headers }: Reply) => headers.get('traceparent')?.slice(3, 35) ?? '';
const flowOf = async (id: string) => bodyOf((await app.bank.get(`/ops/flow/${id}`)) as Reply<{ items: Step[] }>).items;

it('a transfer is followed from its request to the views, through the commands that it leads to', async () => {
  const [sender, receiver] = [await newAccount(app.bank, '100'), await newAccount(app.bank)];
  const reply = await money(app.bank).transfer(sender.id, receiver.id, '33');
  const flow = () => flowOf(traceOf(reply));
  const follow = views.filter(({ follows }) => follows.includes('account')).map(({ name }) => name);
  const heard = [`${sender.id}:3`, `${receiver.id}:2`, `${sender.id}:4`].flatMap((event) =>
    follow.map((view) => `view ${view} ${event}`),
  );
  await eventually(async () => (await flow()).map(({ step, name, event }) => `${step} ${name} ${event}`)).toEqual(
    expect.arrayContaining([
      'request SendTransfer undefined',
      `commit TransferSent ${sender.id}:3`,
      `message TransferSent ${sender.id}:3`,
      `subscriber transfers ${sender.id}:3`,
      `commit TransferReceived ${receiver.id}:2`,
      `commit TransferCompleted ${sender.id}:4`,
      ...heard,
    ]),
  );
  const times = (await flow()).map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
});

it('the activity counts commands, those refused, events, and takes the time until views have them', async () => {
  const seconds = async () =>
    bodyOf((await app.bank.get('/ops/activity')) as Reply<{ items: readonly Second[] }>).items;
  const sums = async () =>
    (await seconds()).reduce(
      (sum, { commands, refused, events }) => ({
        commands: sum.commands + commands,
        refused: sum.refused + refused,
        events: sum.events + events,
      }),
      { commands: 0, refused: 0, events: 0 },
    );
  const { id } = await newAccount(app.bank, '1');
  const before = await sums();
  expectProblem(await app.bank.withdraw(id, '2'), 422, 'InsufficientFunds');
  bodyOf(await app.bank.withdraw(id, '1'));
  expect(await sums()).toEqual({
    commands: before.commands + 2,
    refused: before.refused + 1,
    events: before.events + 1,
  });
  await eventually(async () => {
    const all = await seconds();
    return [all.some(({ viewMs }) => viewMs), all.some(({ commandMs }) => commandMs)];
  }).toEqual([true, true]);
});

it('a flow that nobody knows is not found', async () => {
  expectProblem(await app.bank.get(`/ops/flow/${'0'.repeat(32)}`), 404, 'NotFound');
});
