import { expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { viewHas } from '../support/e2eEventually.ts';

const [former, next] = ['the former secret', 'the next secret!'];

it('keys are replaced in three deployments, in each of which old and new instances run side by side', async () => {
  const data = await temporaryFolder();
  const deployments = [
    [former, `${former}, ${next}`],
    [`${former}, ${next}`, `${next}, ${former}`],
    [`${next}, ${former}`, next],
  ] as const;
  let known: { id: string; version: number } | undefined;
  for (const [before, after] of deployments) {
    const app = await startApp(data, { env: { CURSOR_KEY: before } });
    const other = await app.startInstance({ env: { CURSOR_KEY: after } });
    const account = known ?? { id: (await newAccount(app.bank)).id, version: 1 };
    // Either takes messages of the other.
    for (let round = 0; round < 10; round += 1) {
      for (const { bank } of [app, other]) bodyOf(await bank.deposit(account.id, '1'));
    }
    const version = account.version + 20;
    known = { id: account.id, version };
    await viewHas(other.bank, account.id, version);
    const { items } = bodyOf(await other.bank.get('/ops/dead-letters')) as { items: unknown[] };
    expect(items).toEqual([]);
    await other.stop();
    await app.stop();
  }
});
