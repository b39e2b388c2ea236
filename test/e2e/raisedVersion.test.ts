import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alias } from '../../application/alias.ts';
import { temporaryFolder } from '../local/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { readUntilStopped, showsFold, writeUntilStopped } from '../support/e2eRebuild.ts';
import { raisedOpenedAt } from '../support/raisedAccounts.ts';

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

const aliasOf = async (projection: string) =>
  (await app.database.container('aliases').item(projection, projection).read<Alias>()).resource;

describe('a version that a release raises', { timeout: 120_000 }, () => {
  it('is built while instances of the release before still run, and answers with what they took, too', async () => {
    await app.stop();
    app = await startApp(data, { entry: raisedApp });
    const old = await app.startInstance();
    const [first = ''] = ids;
    const openedAt = async () => bodyOf(await app.bank.account(first)).openedAt;
    expect(await openedAt()).not.toBe(raisedOpenedAt);
    const readers = [readUntilStopped(app.bank, ids.slice(0, 10)), readUntilStopped(old.bank, ids.slice(0, 10))];
    const writers = [writeUntilStopped(app.bank, ids.slice(0, 5)), writeUntilStopped(old.bank, ids.slice(5, 10))];
    // What is built is on its way, and old code takes some of what it has to show.
    await eventually(async () => {
      const alias = await aliasOf('accounts');
      return alias?.generations.some(({ version, passes }) => version === 2 && passes > 0);
    }, 60_000).toBe(true);
    const [ofNew, ofOld] = writers;
    await ofOld?.stop();
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(0);
    for (const id of ids.slice(5)) await showsFold(old.bank, id);
    await old.stop();

    await eventually(openedAt, 60_000).toBe(raisedOpenedAt);
    await ofNew?.stop();
    for (const id of ids) {
      await showsFold(app.bank, id);
      expect(bodyOf(await app.bank.account(id)).openedAt).toBe(raisedOpenedAt);
    }
  });
});
