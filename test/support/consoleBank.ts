import type { App } from './e2eApp.ts';
import { allEvents, bodyOf, newAccount, type BankClient, type Reply } from './e2eBank.ts';
import { messageOf } from './e2eMessages.ts';

/** Names that a page must show as they are, and not act on. */
export const hostileNames = [
  { firstName: '<img src=x onerror="document.title=1">', lastName: '</script><b>Bold</b>' },
  { firstName: 'עדה', lastName: 'לאבלייס (مرحبا)' },
  { firstName: 'A'.repeat(100), lastName: 'W'.repeat(100) },
] as const;

/**
 * Fills a bank with some of everything that pages show: names, movements of each kind, holds, messages that nobody can handle, a webhook
 * that fails. Returns what stands for the parameters of pages, by their paths.
 */
export const fillConsoleBank = async (
  { bank, serviceBus }: { readonly bank: BankClient; readonly serviceBus: App['serviceBus'] },
  receiver: string,
): Promise<Readonly<Record<string, string>>> => {
  for (const name of hostileNames) bodyOf(await bank.createCustomer(name));
  const { id, customerId } = await newAccount(bank, '1234567890.12');
  bodyOf(await bank.renameCustomer(customerId, hostileNames[2]));
  const yen = bodyOf(await bank.openAccount(customerId, 'JPY'));
  const other = bodyOf(await bank.openAccount(customerId));
  const webhook = (await bank.post('/webhooks', { url: receiver, description: 'Bookkeeping' })) as Reply<{
    id: string;
  }>;
  bodyOf(await bank.deposit(yen.id, '5000', { currency: 'JPY' }));
  const reversed = bodyOf(await bank.deposit(id, '12.34', { reference: hostileNames[0].firstName }));
  bodyOf(await bank.withdraw(id, '0.01', { reference: 'W'.repeat(140) }));
  bodyOf(await bank.post(`/accounts/${id}/holds`, { amount: '5', currency: 'EUR', reference: 'Hotel' }));
  bodyOf(await bank.post(`/accounts/${id}/transfers`, { to: other.id, amount: '7', currency: 'EUR' }));
  bodyOf(await bank.post(`/accounts/${id}/transactions/${reversed.transactionId}/reversal`, { reason: 'Twice' }));
  const [opening, deposit] = await allEvents(bank, id);
  if (!opening || !deposit) throw new Error('There are two events');
  const sender = serviceBus.createSender('bank-events');
  await sender.sendMessages([
    messageOf(opening, { data: {} }),
    messageOf(deposit, { data: { note: 'x'.repeat(2_000) } }),
  ]);
  await sender.close();
  return {
    '/customers/:id': customerId,
    '/accounts/:id': id,
    '/listeners/webhooks/:id': webhook.body.id,
    '/flow/:correlationId': deposit.correlationId,
    '/flow/:id': deposit.correlationId,
  };
};
