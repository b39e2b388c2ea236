import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { browserOfThisFile, describeInChromium, desktop } from '../support/chromium.ts';
import { appOfThisFile, startApp } from '../support/e2eApp.ts';
import { newAccount } from '../support/e2eBank.ts';

const go = join(await temporaryFolder(), 'go');
const demo = fileURLToPath(new URL('../local/fixtures/demo.ts', import.meta.url));
const app = appOfThisFile({
  env: { CONSOLE: 'true', DEMO_GO: go, SMTP: 'smtp://127.0.0.1:1' },
  flags: ['--demo', demo],
});
const browser = browserOfThisFile();

const open = (place: string, origin = app.origin) => browser.open(`${origin}/#${place}`, { viewport: desktop });

describeInChromium('the page of listeners, on this machine', () => {
  it('leads to the inbox', async () => {
    const page = await open('/listeners');
    const link = page.getByRole('link', { name: 'The inbox', exact: true });
    expect(await link.getAttribute('href')).toBe(app.inbox.replace('127.0.0.1', 'localhost'));
  });
});

describeInChromium('the page of faults', () => {
  it('makes the demo where the bank is empty, and says how far it is', async () => {
    const page = await open('/customers');
    const posts: unknown[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await page.getByRole('button', { name: "Make the demo's data", exact: true }).dblclick({ delay: 100 });
    await page.getByText('1 of 2 steps').waitFor();
    await page.getByRole('link', { name: 'Faults', exact: true }).click();
    await page.getByText('1 of 2 steps').waitFor();
    await writeFile(go, '');
    await page.getByText('All of it is there.').waitFor();
    expect(posts).toHaveLength(1);
    expect(page.complaints).toEqual([]);
  });

  it('breaks a service, shows what came of it, and ends it', async () => {
    const page = await open('/faults');
    await page.getByText('Nothing is broken now.').waitFor();
    await page.getByRole('button', { name: 'Begin Cosmos DB: The answer to a write is lost', exact: true }).click();
    const fault = page.getByRole('listitem').filter({ hasText: 'The answer to a write is lost' });
    // The bank writes by itself, too.
    await fault.getByText(/hit \d of 5/).waitFor();
    await page.getByText('Cosmos DB: the answer to a write is lost.').waitFor();
    await newAccount(app.bank, '5');
    await fault.getByText(/hit [1-5] of 5/).waitFor();
    await page.getByRole('button', { name: 'Begin Service Bus: Away for 20 seconds', exact: true }).click();
    await page.getByText('Service Bus: away for 20 seconds.').waitFor();
    expect((await app.serviceBusFaults.look()).paused).toBe(true);
    await page.getByRole('button', { name: 'End all', exact: true }).click();
    await page.getByText('Nothing is broken now.').waitFor();
    expect((await app.serviceBusFaults.look()).paused).toBe(false);
    expect((await app.cosmosFaults.look()).rules).toEqual([]);
  });

  it('is not there where nobody serves faults', async () => {
    const instance = await app.startInstance({ env: { CONSOLE: 'true' } });
    const page = await open('/faults', instance.bank.origin);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await page.getByRole('link', { name: 'Faults', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(await page.getByRole('button', { name: 'demo' }).count()).toBe(0);
    await instance.stop();
  });

  it('is there once somebody shows the master key, where keys are the door', async () => {
    const keys = join(await temporaryFolder(), 'keys.json');
    await writeFile(keys, JSON.stringify({ master: 'master', host: { default: 'host' }, functions: {} }));
    const locked = await startApp(await temporaryFolder(), { env: { CONSOLE: 'true' }, flags: ['--keys', keys] });
    const page = await open('/', locked.origin);
    await page.getByLabel('Key').fill('host');
    await page.getByLabel('Key').press('Enter');
    await page.getByLabel('Master key').waitFor();
    expect(await page.getByRole('link', { name: 'Faults', exact: true }).count()).toBe(0);
    await page.getByLabel('Master key').fill('master');
    await page.getByLabel('Master key').press('Enter');
    await page.getByRole('link', { name: 'Faults', exact: true }).click();
    await page.getByText('Nothing is broken now.').waitFor();
    await locked.stop();
  });
});
