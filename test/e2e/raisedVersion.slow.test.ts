import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { allPages, bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import {
  goingOnAt,
  readUntilStopped,
  showsFold,
  showsFoldSoFar,
  storedAlias,
  writeUntilStopped,
} from '../support/e2eRebuild.ts';
import { accounts as raised, raisedOpenedAt } from '../support/raisedAccounts.ts';

const raisedApp = fileURLToPath(new URL('../support/raisedApp.ts', import.meta.url));

let data: string;
let app: App;
let ids: string[];
beforeAll(async () => {
  data = await temporaryFolder();
  app = await startApp(data);
  ids = (await times(15, () => newAccount(app.bank, '5'))).map(({ id }) => id);
});
afterAll(() => app.stop());

const aliasOf = (view: string) => storedAlias(app.database, view);

/** Events have passed by what is built, so that all aggregates are compared with it a second time. */
const isComparedAgain = async (): Promise<boolean> => {
  const found = (await aliasOf('accounts'))?.generations.find(({ version }) => version === raised.version);
  return found?.state === 'building' && found.passes > 1;
};

describe('a version that a release raises', () => {
  it('answers once instances of the release before are gone, and shows what they took, under load all the time', async () => {
    await app.stop();
    app = await startApp(data, { entry: raisedApp });
    const old = await app.startInstance();
    const [first = ''] = ids;
    const openedAt = async () => bodyOf(await app.bank.account(first)).openedAt;
    const callers = goingOnAt(old.bank, app.bank);
    const readers = [app.bank, callers].map((bank) => readUntilStopped(bank, ids));
    const writers = [writeUntilStopped(app.bank, ids.slice(0, 5)), writeUntilStopped(callers, ids.slice(5, 10))];
    const acknowledged = () => writers.map((writer) => writer.acknowledged.length);

    // The new version has to wait, since old code takes some of its messages; meanwhile both instances answer rightly.
    await eventually(isComparedAgain, 60_000).toBe(true);
    for (const bank of [app.bank, old.bank]) {
      const { id } = await newAccount(bank, '7');
      ids.push(id);
      await showsFold(app.bank, id);
      await showsFold(old.bank, id);
      for (const each of ids) await showsFoldSoFar(bank, each);
    }
    expect(await openedAt()).not.toBe(raisedOpenedAt);
    await old.kill();
    await eventually(openedAt, 60_000).toBe(raisedOpenedAt);

    const before = acknowledged();
    const since = () => acknowledged().map((count, index) => count - (before[index] ?? 0));
    await eventually(() => Promise.resolve(Math.min(...since())), 60_000).toBeGreaterThan(100);
    for (const writer of writers) await writer.stop();
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(0);
    for (const id of ids) {
      await showsFold(app.bank, id);
      expect(bodyOf(await app.bank.account(id)).openedAt).toBe(raisedOpenedAt);
    }
    const taken = writers.flatMap((writer) => writer.acknowledged.map(({ transactionId }) => transactionId));
    const shown = (
      await times(ids.length, (index) => allPages((query) => app.bank.transactions(ids[index] ?? '', query)))
    )
      .flat()
      .filter(({ amount }) => amount.amount === '1.00');
    expect(shown.map(({ id }) => id).sort()).toEqual(taken.sort());
  });
});
