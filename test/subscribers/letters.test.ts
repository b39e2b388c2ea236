import { expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/account/events.ts';
import { currency } from '../../domain/currency.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { letterTo } from '../../subscribers/notifications/letter.ts';
import { newsOf } from '../../subscribers/notifications/news.ts';
import { amountText } from '../../subscribers/notifications/texts.ts';
import { commitOf, eur, frozen } from '../support/bank.ts';

const ada = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };
const [own, other] = ['7756c566-b8cb-5eae-bd3c-187780e884d5', 'cfc5395c-5ecc-5513-9fb8-4bc06082858d'];
const newsIn = (event: AccountEvent) => {
  const [recorded] = bankEventsOf(commitOf('account', own, 1, [event]));
  return newsOf(recorded as RecordedEvent<AccountEvent>);
};
const letterAbout = (event: AccountEvent, person = ada) => {
  const news = newsIn(event);
  if (!news) throw new Error('It is news');
  return letterTo(person, news);
};
const sent = (more: object = {}): AccountEvent => ({
  type: 'TransferSent',
  data: { customerId: 'c', to: other, amount: eur(12_34), received: eur(12_34), balance: 1, available: 1, ...more },
});

it('a letter says what happened, to which account, when, and nothing of the other side but its account', () => {
  expect(letterAbout(sent({ reference: 'Rent' })).text).toBe(
    [
      ...['Hello Ada Lovelace,', '', '€12.34 left your account for another one.', ''],
      ...[`Account: ${own}`, `To account: ${other}`, 'Reference: Rent', 'Balance: €0.01'],
      ...['Time: 1 January 2026 at 00:00 UTC', ''],
      ...[
        'You get this e-mail because you are told of what happens in your accounts. Your bank can change of what.',
        '',
      ],
    ].join('\n'),
  );
});

it('amounts are exact, and as people write them', () => {
  const amounts = [eur(999_999_999_999_999), { minor: 1_234, currency: currency.parse('JPY') }, eur(5)];
  expect(amounts.map(amountText)).toEqual(['€9,999,999,999,999.99', '¥1,234', '€0.05']);
});

it('names and references are text, in HTML as well, and begin no line of their own', () => {
  const hostile = '"><script>alert(1)</script>\r\nBcc: all@example.com';
  const { to, subject, text, html } = letterAbout(sent({ reference: `${hostile}\nBalance: €1,000,000` }), {
    ...ada,
    firstName: hostile,
  });
  expect(html).not.toMatch(/<script|\nBcc/);
  expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; Bcc: all@example.com');
  expect([to.name, subject].join('')).not.toMatch(/[\r\n]/);
  expect(text.split('\n').filter((line) => /^(Bcc|Balance)/.test(line))).toEqual(['Balance: €0.01']);
});

it('a capture without a receiver is a withdrawal; one with a receiver is told by its transfer', () => {
  const captured = { customerId: 'c', hold: 1, held: 500, amount: eur(500), balance: 1, available: 1 };
  expect(newsIn({ type: 'HoldCaptured', data: captured })).toMatchObject({ type: 'MoneyWithdrawn', moved: eur(500) });
  expect(newsIn({ type: 'HoldCaptured', data: { ...captured, to: other } })).toBeUndefined();
  expect(newsIn(frozen())).toBeUndefined();
});
