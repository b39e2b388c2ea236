import { request } from 'node:http';
import { createTransport } from 'nodemailer';
import { afterAll, describe, expect, it } from 'vitest';
import { createInbox, maximumMailBytes, type Mail } from '../../../local/mail/inbox.ts';
import { startMail } from '../../../local/mail/server.ts';

const mail = await startMail({ port: 0, smtpPort: 0 });
const transport = createTransport({ host: '127.0.0.1', port: mail.smtpPort });
afterAll(mail.close);

const origin = `http://127.0.0.1:${mail.port}`;
const send = (more: object = {}) =>
  transport.sendMail({ from: 'bank@daybook.example', to: 'Ada <ada@example.com>', subject: 'Hi', text: 'Hi', ...more });
const inbox = async () => ((await (await fetch(`${origin}/_inbox`)).json()) as { items: readonly Mail[] }).items;
const statusFor = (headers: Record<string, string>) =>
  new Promise((resolve) => request(`${origin}/_inbox`, { headers }, ({ statusCode }) => resolve(statusCode)).end());

describe('the inbox', () => {
  it('takes an e-mail for anybody, and has it as JSON and as a page', async () => {
    await send({ messageId: '<a.1@daybook.example>', subject: '<b>Hi</b>', html: '<p>Hi</p>' });
    const [first] = await inbox();
    expect(first).toMatchObject({
      ...{ messageId: '<a.1@daybook.example>', from: 'bank@daybook.example', to: ['ada@example.com'] },
      ...{ addressedTo: [{ name: 'Ada', address: 'ada@example.com' }], subject: '<b>Hi</b>', text: 'Hi\n' },
    });
    const list = await (await fetch(origin)).text();
    expect(list).toContain(`<a href="/mails/${first?.id}">&lt;b&gt;Hi&lt;/b&gt;</a>`);
    expect(await (await fetch(`${origin}/mails/${first?.id}`)).text()).toContain('<iframe sandbox');
  });

  it('shows the HTML of an e-mail where it can do nothing', async () => {
    await send({ html: '<script>parent.alert(1)</script><img src="https://example.com/x.png">' });
    const [newest] = await inbox();
    const answer = await fetch(`${origin}/mails/${newest?.id}/html`);
    expect(answer.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('answers neither pages of other origins nor other hosts, and takes nothing by HTTP', async () => {
    expect(await statusFor({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor({ host: 'evil.example' })).toBe(421);
    expect((await fetch(origin, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${origin}/mails/999`)).status).toBe(404);
  });

  it('refuses an e-mail that is too large', async () =>
    expect(send({ text: 'x'.repeat(maximumMailBytes) })).rejects.toMatchObject({ responseCode: 552 }));

  it('keeps the newest e-mails, so many and of so many bytes', async () => {
    const small = createInbox(3, 1_000);
    const keep = async (...sizes: readonly number[]) => {
      for (const size of sizes) await small.add(Buffer.from('Hi'.padEnd(size, ' ')), { from: '', to: [] });
      return small.list().map(({ id }) => id);
    };
    expect(await keep(10, 10, 10, 10)).toEqual([4, 3, 2]);
    expect(await keep(985)).toEqual([5, 4]);
  });
});
