import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, type Page, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { messageOf } from '../support/e2eMessages.ts';
import { answering, startReceiver } from '../support/webhookReceiver.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true', LISTENERS: 'webhooks' } });
const browser = browserOfThisFile();

const open = (place: string): Promise<Window> => browser.open(`${app.origin}/#${place}`, { viewport: desktop });
const press = (page: Window, name: string) => page.getByRole('button', { name, exact: true }).click();
const confirm = (page: Window, name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

/** Has the views park messages of some deposits, which they cannot read. */
const park = async (count: number): Promise<void> => {
  const { id } = await newAccount(app.bank);
  const sender = app.serviceBus.createSender('bank-events');
  for (let number = 0; number < count; number += 1) await app.bank.deposit(id, '1');
  const deposits = (await allEvents(app.bank, id)).slice(1);
  await sender.sendMessages(deposits.map((event) => messageOf(event, { data: {} })));
  await sender.close();
  const ids = deposits.map((event) => event.id);
  await eventually(async () => {
    const parked = (await app.bank.get('/ops/dead-letters', { listener: 'customers', limit: 200 })) as Reply<
      Page<{ messageId: string }>
    >;
    return parked.body.items.filter(({ messageId }) => ids.includes(messageId)).length;
  }).toBe(count);
};

describeInChromium('the page of listeners', () => {
  it('shows what a listener could not handle, and sends it again or discards it once somebody has said yes', async () => {
    await park(3);
    const page = await open('/listeners');
    const row = page.getByRole('row', { name: /^customers/ });
    await row.getByRole('link', { name: '3', exact: true }).click();
    const letters = page.locator('.letters > li');
    await eventually(() => letters.count()).toBe(3);
    expect(page.url()).toContain('listener=customers');
    await letters.first().locator('summary').click();
    await letters.first().getByText('"specversion": "1.0"').waitFor();

    await letters.first().getByRole('button', { name: 'Discard', exact: true }).click();
    await page.keyboard.press('Escape');
    expect(await letters.count()).toBe(3);
    await letters.first().getByRole('button', { name: 'Discard', exact: true }).click();
    await confirm(page, 'Discard');
    await page.getByText('Discarded 1 message.').waitFor();
    await eventually(() => letters.count()).toBe(2);
    await letters.first().getByRole('button', { name: 'Send again', exact: true }).click();
    await confirm(page, 'Send again');
    await page.getByText('Sent 1 message again.').waitFor();
    await eventually(() => letters.count()).toBe(1);
    await park(1);
    await press(page, 'Send all again');
    await page.getByRole('dialog').getByText('This sends 2 messages again').waitFor();
    await confirm(page, 'Send again');
    await page.getByText('Sent 2 messages again.').waitFor();
    await page.getByText('Nothing is left over').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('replays to one listener from an instant, and shows how far that is', async () => {
    await newAccount(app.bank, '5');
    const page = await open('/listeners');
    await press(page, 'Replay to accounts');
    await page.getByLabel('From').fill('2020-01-01T00:00');
    await confirm(page, 'Replay');
    await page.getByRole('region', { name: 'Replays' }).getByText('To accounts succeeded').waitFor();
  });
});

describeInChromium('the page of a webhook', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeAll(async () => (receiver = await startReceiver(answering(500))));

  it('shows what it was told, what failed and why, and tells it again by hand', async () => {
    const page = await open('/listeners');
    await press(page, 'New webhook');
    await page.getByLabel('URL').fill('http://192.168.1.1/');
    await confirm(page, 'Create');
    await page.locator('input[aria-invalid=true]').waitFor();
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByLabel('Description').fill('Bookkeeping');
    await confirm(page, 'Create');
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('link', { name: 'The webhook', exact: true }).click();
    await page.getByRole('heading', { name: 'Bookkeeping' }).waitFor();

    await press(page, 'Send a test');
    await page.getByText('The test failed: it answered 500').waitFor();
    const { id } = bodyOf(await app.bank.openAccount((await newAccount(app.bank)).customerId));
    const delivery = page.getByRole('row', { name: new RegExp(`Account opened …${id.slice(-8)}:1`) });
    await delivery.getByText('pending').waitFor();
    await delivery.getByText('it answered 500').waitFor();
    receiver.behave(answering(200));
    await delivery.getByRole('button', { name: /^Send again/ }).click();
    await delivery.getByText('succeeded').waitFor();
    await page.getByLabel('Status').selectOption('succeeded');
    await delivery.waitFor();
    expect(page.url()).toContain('status=succeeded');

    await press(page, 'Disable');
    await confirm(page, 'Disable');
    await page.getByText('An operator disabled it.').waitFor();
    await press(page, 'Enable again');
    await page.getByText('It is told of events as they happen.').waitFor();
    await press(page, 'Replay');
    await confirm(page, 'Replay');
    await page.getByRole('region', { name: 'Replays' }).getByText('succeeded').waitFor();
    await press(page, 'Delete');
    await confirm(page, 'Delete');
    await page.getByText('No webhook yet').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('says what is wrong with a link to none', async () => {
    const page = await open(`/listeners/webhooks/${randomUUID()}`);
    await page.getByRole('alert').getByText('Not found').waitFor();
  });
});

describeInChromium('webhooks and letters', () => {
  it('are two lists, each at the page that a reader left', async () => {
    for (let number = 0; number < 26; number += 1) {
      await app.bank.post('/webhooks', { url: 'https://example.com/', description: `Webhook ${number}` });
    }
    const page = await open('/listeners');
    const webhooks = page.getByRole('region', { name: 'Webhooks' });
    await webhooks.getByRole('button', { name: 'Next', exact: true }).click();
    await webhooks.getByText('Page 2').waitFor();
    await webhooks.getByRole('link').last().click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.goBack();
    await webhooks.getByText('Page 2').waitFor();
    await page.rests();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
