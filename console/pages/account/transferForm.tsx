import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand, useOperation } from '../../api/command.ts';
import { useQuery } from '../../api/query.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { currencyText } from '../../parts/currencyChoice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Choice, Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { moneyText } from '../../parts/texts.tsx';
import type { Account, ActionProps } from './account.ts';
import { AmountField, Available, useMovement } from './moveForms.tsx';

type Currency = Account['currency'];
type Money = { readonly amount: string; readonly currency: Currency };

/** Money to another account; where that has another currency, a quote first, which holds for a minute. */
export const TransferForm = ({ account, close }: ActionProps) => {
  const { id, currency } = account;
  const { amount, reference, movement } = useMovement(currency);
  const to = useSignal('');
  const buy = useSignal('');
  // A quote is of one amount in one currency: the answer for another one, which may come late, does not count.
  const wanted = `${amount.value.trim()} ${buy.value}`;
  const quotedFor = useSignal('');
  const quoting = useOperation((body: { sell: Money; buy: Currency }) => api.POST('/api/fx/quotes', { body }));
  const { isBusy: isQuoting, ...answer } = quoting.state.value;
  const { done: quote, failure: notQuoted } = quotedFor.value === wanted ? answer : {};
  const { state, run } = useCommand((body: ReturnType<typeof movement> & { to: string; quote?: string }, header) =>
    api.POST('/api/accounts/{id}/transfers', {
      params: { path: { id }, header: { ...header, prefer: 'wait=5' } },
      body,
    }),
  );
  const { failure, isBusy } = state.value;
  // Only what the bank has a rate for can be sent there.
  const rates = useQuery((asking) => api.GET('/api/fx/rates', asking), [], { still: true });
  const others = (rates.value.data?.items ?? []).filter(({ base }) => base === currency).map(({ quote: code }) => code);

  const askForQuote = () => {
    quotedFor.value = wanted;
    void quoting.run({ sell: { amount: amount.value.trim(), currency }, buy: buy.value as Currency });
  };
  const submit = async () => {
    const done = await run({
      ...movement(),
      to: to.value.trim(),
      ...(quote && { quote: quote.quote }),
    });
    if (done) close();
  };
  const isNamed = failure && ['/amount', '/to', '/reference'].some((pointer) => failure.fields[pointer] !== undefined);
  return (
    <Dialog title="Transfer" close={close}>
      <Available of={account} />
      <Form action="Send" isBusy={isBusy} submit={() => void submit()}>
        <Field label="To the account" value={to} isRequired wrong={failure?.fields['/to']} placeholder="its id" />
        <AmountField currency={currency} amount={amount} failure={failure} />
        <Field label="Reference" value={reference} maxLength={140} wrong={failure?.fields['/reference']} />
        {others.length > 0 && (
          <div class="row quote">
            <Choice
              label="It arrives in"
              value={buy.value}
              options={[['', currencyText(currency)], ...others.map((code) => [code, currencyText(code)] as const)]}
              choose={(code) => (buy.value = code)}
            />
            <CommandButton isBusy={isQuoting || buy.value === '' || amount.value.trim() === ''} run={askForQuote}>
              Quote
            </CommandButton>
          </div>
        )}
        {notQuoted && <FailureNotice of={notQuoted} />}
        {quote && (
          <p class="notice good" role="status">
            <strong>
              {moneyText(quote.sell)} brings {moneyText(quote.buy)}
            </strong>
            <span>at {quote.rate}, for a minute</span>
          </p>
        )}
        {failure && !isNamed && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};
