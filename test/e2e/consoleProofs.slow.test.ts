import { beforeAll, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { fillConsoleBank } from '../support/consoleBank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newEmail, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { answering, startReceiver } from '../support/webhookReceiver.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true', LISTENERS: 'webhooks' } });
const browser = browserOfThisFile();

const open = (place: string): Promise<Window> => browser.open(`${app.origin}/#${place}`, { viewport: desktop });
const button = (page: Window, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Presses Tab until something of that name has the focus. */
const tabTo = async (page: Window, name: string): Promise<void> => {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>('document.activeElement.textContent.trim()')) === name) return;
  }
  throw new Error(`Tab never comes to ${name}`);
};

describeInChromium('a reader with a keyboard alone', () => {
  it('creates a customer, opens an account, moves money and goes back in time', async () => {
    const page = await open('/');
    await page.getByRole('heading', { name: 'The bank today' }).waitFor();
    const { keyboard } = page;
    await tabTo(page, 'Customers');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    await tabTo(page, 'New customer');
    await keyboard.press('Enter');
    await page.locator('dialog input:focus').waitFor();
    await keyboard.type('Ada');
    await keyboard.press('Tab');
    await keyboard.type('Lovelace');
    await keyboard.press('Tab');
    await keyboard.type('ada@example.com');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await tabTo(page, 'Open an account');
    await keyboard.press('Enter');
    await tabTo(page, 'Open');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'EUR account' }).waitFor();
    await tabTo(page, 'Deposit');
    await keyboard.press('Enter');
    await page.locator('dialog input:focus').waitFor();
    await keyboard.type('12.34');
    await keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    // The focus is where it was.
    await keyboard.press('Enter');
    await page.locator('dialog input:focus').waitFor();
    await keyboard.type('56.78');
    await keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('button:focus', { hasText: 'Deposit' }).waitFor();
    await page.locator('.main-figure', { hasText: 'Balance' }).getByText('56.78').waitFor();
    const slider = page.getByRole('slider');
    await page.getByText(/^Version 2 ·/).waitFor();
    await slider.focus();
    await keyboard.press('Home');
    await eventually(() => Promise.resolve(page.url())).toContain('version=1');
    await tabTo(page, 'Statement');
    for (const [key, tab] of [
      ['ArrowRight', 'Months'],
      ['ArrowLeft', 'Statement'],
      ['ArrowLeft', 'Events'],
    ] as const) {
      await keyboard.press(key);
      await page.locator('[role=tab][aria-selected=true]:focus', { hasText: tab }).waitFor();
    }
    await page.getByRole('tabpanel', { name: 'Events' }).waitFor();
  });
});

describeInChromium('a second click', () => {
  let values: Readonly<Record<string, string>>;
  /** Accounts by what stands for their ids. */
  let others: Readonly<Record<string, string>>;
  const filled = (text: string) => others[text] ?? text;
  beforeAll(async () => {
    const [opened, frozen, empty] = [
      await newAccount(app.bank),
      await newAccount(app.bank),
      await newAccount(app.bank),
    ];
    const pounds = await newAccount(app.bank, '10', 'GBP');
    others = { OPEN: opened.id, FROZEN: frozen.id, EMPTY: empty.id, POUNDS: pounds.id };
    bodyOf(await app.bank.put('/ops/fx/rates/GBP-NOK', { rate: '13.5', source: 'test' }));
    bodyOf(await app.bank.post(`/accounts/${others.FROZEN}/freeze`, { reason: 'Asked' }));
    const late = { on: { operation: 'deliver' }, times: 1_000, fault: { kind: 'delay', ms: 1 } } as const;
    await app.serviceBusFaults.inject({ ...late, name: 'serviceBus-late' });
    const receiver = await startReceiver(answering(500));
    values = await fillConsoleBank(app, receiver.url);
  });

  type Case = {
    readonly what: string;
    readonly at: string;
    readonly tab?: string;
    /** Buttons that lead to the one that commands. */
    readonly by?: readonly string[];
    readonly fill?: Readonly<Record<string, string>>;
    readonly choose?: Readonly<Record<string, string>>;
    /** What has to be so before. */
    readonly given?: () => Promise<unknown>;
    readonly button: string | RegExp;
    /** Its dialog stays, and shows what it brought. */
    readonly shows?: RegExp;
  };
  const account = '/accounts/:id';
  const someone = { 'First name': 'Ada', 'Last name': 'Lovelace', 'E-mail address': newEmail() };
  const webhook = '/listeners/webhooks/:id';
  const replaySlowly = async () => {
    const slow = { from: new Date(Date.now() - 600_000).toISOString(), eventsPerSecond: 1 };
    bodyOf(await app.bank.post('/ops/listeners/accounts/replay', slow));
  };
  /** Those of views are in the tests of their page, and those of the demo in the tests of faults. */
  const cases: readonly Case[] = [
    { what: 'deposit', at: account, by: ['Deposit'], fill: { 'Amount in EUR': '1' }, button: 'Deposit' },
    { what: 'withdrawal', at: account, by: ['Withdraw'], fill: { 'Amount in EUR': '1' }, button: 'Withdraw' },
    { what: 'hold', at: account, by: ['Hold'], fill: { 'Amount in EUR': '1' }, button: 'Hold' },
    { what: 'capture', at: account, tab: 'Holds', by: ['Capture'], button: 'Capture' },
    { what: 'release', at: account, tab: 'Holds', button: 'Release' },
    {
      what: 'reversal',
      at: account,
      by: ['Reverse the withdrawal of version 4'],
      fill: { Reason: 'Twice' },
      button: 'Reverse',
    },
    { what: 'closing', at: '/accounts/EMPTY', by: ['Close account'], button: 'Close account' },
    { what: 'freeze', at: '/accounts/OPEN', by: ['Freeze'], fill: { Reason: 'Asked' }, button: 'Freeze' },
    { what: 'unfreeze', at: '/accounts/FROZEN', by: ['Unfreeze'], fill: { Reason: 'Asked' }, button: 'Unfreeze' },
    {
      what: 'transfer',
      at: account,
      by: ['Transfer'],
      fill: { 'To the account': 'OPEN', 'Amount in EUR': '1' },
      button: 'Send',
    },
    {
      what: 'quote',
      at: '/accounts/POUNDS',
      by: ['Transfer'],
      fill: { 'Amount in GBP': '1' },
      choose: { 'It arrives in': 'NOK' },
      button: 'Quote',
      shows: /brings/,
    },
    { what: 'account', at: '/customers/:id', by: ['Open an account'], button: 'Open' },
    { what: 'customer', at: '/customers', by: ['New customer'], fill: someone, button: 'Create' },
    { what: 'rebuild', at: '/views', by: ['Rebuild customers'], button: 'Rebuild' },
    { what: 'test of a webhook', at: webhook, button: 'Send a test' },
    { what: 'try of a delivery', at: webhook, button: /^Send again \S+:\d+$/ },
    { what: 'try of what failed', at: webhook, by: ['Send what failed again'], button: 'Send again' },
    {
      what: 'webhook',
      at: '/listeners',
      by: ['New webhook'],
      fill: { URL: 'https://example.com/' },
      button: 'Create',
      shows: /^whsec_/,
    },
    { what: 'disabling', at: webhook, by: ['Disable'], button: 'Disable' },
    { what: 'enabling', at: webhook, button: 'Enable again' },
    { what: 'replay to a webhook', at: webhook, by: ['Replay'], button: 'Replay' },
    { what: 'replay', at: '/listeners', by: ['Replay to customers'], button: 'Replay' },
    { what: 'end of a replay', at: '/listeners', given: replaySlowly, by: ['End it'], button: 'End it' },
    { what: 'resubmit', at: '/listeners?listener=customers', by: ['Send all again'], button: 'Send again' },
    { what: 'resubmit of one', at: '/listeners?listener=transactions', by: ['Send again'], button: 'Send again' },
    { what: 'discard', at: '/listeners?listener=accounts', by: ['Discard'], button: 'Discard' },
    { what: 'fault', at: '/faults', button: 'Begin Service Bus: Deliveries come twice' },
    { what: 'fault, begun again,', at: '/faults', button: 'Again Service Bus: Deliveries come twice' },
    { what: 'end of faults', at: '/faults', button: 'End all' },
    {
      what: 'end of what is over',
      at: '/faults',
      given: () => app.cosmosFaults.inject({ name: 'cosmos-slow', times: 1, fault: { kind: 'delay', ms: 1 } }),
      button: 'Forget what was',
    },
    { what: 'deletion of a webhook', at: webhook, by: ['Delete'], button: 'Delete' },
  ];

  it.each(cases)(
    'is not a second $what',
    async ({ at, given, tab, by = [], fill = {}, choose = {}, button: name, shows }) => {
      await given?.();
      const page = await open(at.replace(':id', values[at] ?? '').replaceAll(/[A-Z]+/g, filled));
      const commands: string[] = [];
      page.on('request', (request) => {
        if (request.method() !== 'GET') commands.push(`${request.method()} ${request.url()}`);
      });
      if (tab !== undefined) await page.getByRole('tab', { name: tab, exact: true }).click();
      for (const each of by) await button(page, each).first().click();
      for (const [label, text] of Object.entries(fill)) {
        await page.getByRole('dialog').getByLabel(label).fill(filled(text));
      }
      for (const [label, value] of Object.entries(choose)) await page.getByLabel(label).selectOption(value);
      const dialog = page.getByRole('dialog');
      const isAsked = by.length > 0;
      // As slow as people click.
      const target = isAsked ? dialog.getByRole('button', { name, exact: true }) : button(page, name).first();
      await target.dblclick({ delay: 100 });
      if (shows) await dialog.getByText(shows).waitFor();
      else if (isAsked) await dialog.waitFor({ state: 'detached' });
      await page.rests();
      expect(commands).toHaveLength(1);
      expect(await page.getByRole('alert').count()).toBe(0);
    },
  );

  it('after a lost answer is the same command again', async () => {
    const { id } = await newAccount(app.bank);
    const page = await open(`/accounts/${id}`);
    const deposits = `**/api/accounts/${id}/deposits`;
    await page.route(deposits, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await button(page, 'Deposit').click();
    await page.getByLabel('Amount in EUR').fill('5');
    await page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true }).click();
    await page.getByText('Send it again: it is carried out once.').waitFor({ timeout: 30_000 });
    await page.unroute(deposits);
    await page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await allEvents(app.bank, id)).toHaveLength(2);
  });

  it('in a form that is open while somebody freezes the account is the same command again', async () => {
    const { id } = await newAccount(app.bank, '10');
    const page = await open(`/accounts/${id}`);
    const dialog = page.getByRole('dialog');
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/withdrawals')) keys.push(request.headers()['idempotency-key']);
    });
    await button(page, 'Withdraw').click();
    await page.getByLabel('Amount in EUR').fill('5');
    bodyOf(await app.bank.post(`/accounts/${id}/freeze`, { reason: 'Asked' }));
    await page.locator('.head').getByText('frozen').waitFor();
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    bodyOf(await app.bank.post(`/accounts/${id}/unfreeze`, { reason: 'Asked' }));
    await page.locator('.head').getByText('open').waitFor();
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
  });

  it('after a reload in mid-form is no command: the page asks before it lets go of what was typed, and keeps none of it', async () => {
    const { id } = await newAccount(app.bank);
    const page = await open(`/accounts/${id}`);
    /** What the page asks, answered by yes or no. */
    const reload = async (answer: 'accept' | 'dismiss') => {
      const [question] = await Promise.all([
        page.waitForEvent('dialog'),
        page.evaluate('setTimeout(() => location.reload())'),
      ]);
      expect(question.type()).toBe('beforeunload');
      await question[answer]();
    };
    const dialog = page.getByRole('dialog');
    await button(page, 'Deposit').click();
    await page.getByLabel('Amount in EUR').fill('5');
    await reload('dismiss');
    expect(await page.getByLabel('Amount in EUR').inputValue()).toBe('5');
    await reload('accept');
    await dialog.waitFor({ state: 'detached' });
    await button(page, 'Deposit').waitFor();
    expect(page.url()).toBe(`${app.origin}/#/accounts/${id}`);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    expect(await allEvents(app.bank, id)).toHaveLength(1);

    // Nor does it ask where nothing was typed.
    await button(page, 'Deposit').click();
    await page.reload();
    await button(page, 'Deposit').waitFor();
    expect(await dialog.count()).toBe(0);
  });
});

describeInChromium('an account of many events', () => {
  it('opens with the same questions, and as few bytes, as one of a few', async () => {
    const [few, many] = [await newAccount(app.bank, '1'), await newAccount(app.bank, '1')];
    for (const { id, count } of [
      { id: few.id, count: 300 },
      { id: many.id, count: 3_000 },
    ]) {
      for (let done = 0; done < count; done += 100) (await times(100, () => app.bank.deposit(id, '1'))).forEach(bodyOf);
    }
    const weigh = async (id: string) => {
      const page = await browser.open('about:blank', { viewport: desktop });
      const weights = new Map<string, Promise<number>>();
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname.startsWith('/api/accounts/') && response.ok()) {
          weights.set(
            pathname.replace(id, ''),
            response.body().then(({ length }) => length),
          );
        }
      });
      await page.goto(`${app.origin}/#/accounts/${id}`);
      await page
        .getByRole('row', { name: /Deposit/ })
        .first()
        .waitFor();
      await page.rests();
      // What never changes is asked once, and nothing at once again.
      const questions = page.requested.filter((url) => /\/api\/accounts\/.*version=/.test(url));
      expect(questions).toEqual([...new Set(questions)]);
      const bytes = (await Promise.all(weights.values())).reduce((sum, each) => sum + each, 0);
      return { asked: [...weights.keys()].sort(), bytes };
    };
    const [small, large] = [await weigh(few.id), await weigh(many.id)];
    expect(large.asked).toEqual(small.asked);
    expect(large.bytes).toBeLessThan(small.bytes * 1.2);
  });
});
