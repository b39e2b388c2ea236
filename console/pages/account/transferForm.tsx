import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useCommand } from '../../api/command.ts';
import { failureOf, type Failure } from '../../api/failure.ts';
import { useQuery } from '../../api/query.ts';
import { currencyText } from '../../parts/currencyChoice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Choice, Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { moneyText } from '../../parts/texts.tsx';
import type { Account, ActionProps } from './account.ts';
import { AmountField, useMovement } from './moveForms.tsx';

type Quote = components['schemas']['Quote'];
type Currency = Account['currency'];

/** Money to another account; where that has another currency, a quote first, which holds for a minute. */
export const TransferForm = ({ account: { id, currency }, close }: ActionProps) => {
  const { amount, reference, movement } = useMovement(currency);
  const to = useSignal('');
  const buy = useSignal('');
  const quote = useSignal<Quote | undefined>(undefined);
  const notQuoted = useSignal<Failure | undefined>(undefined);
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
  // A quote is of one amount.
  useEffect(() => void (quote.value = undefined), [amount.value, buy.value]);

  const askForQuote = async () => {
    notQuoted.value = undefined;
    const { data, error, response } = await api.POST('/api/fx/quotes', {
      body: { sell: { amount: amount.value.trim(), currency }, buy: buy.value as Currency },
    });
    quote.value = data;
    if (!data) notQuoted.value = failureOf(error, response);
  };
  const submit = async () => {
    const done = await run({
      ...movement(),
      to: to.value.trim(),
      ...(quote.value && { quote: quote.value.quote }),
    });
    if (done) close();
  };
  const wrong = notQuoted.value ?? failure;
  const isNamed = wrong && ['/amount', '/to', '/reference'].some((pointer) => wrong.fields[pointer] !== undefined);
  return (
    <Dialog title="Transfer" close={close}>
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
            <button
              type="button"
              disabled={buy.value === '' || amount.value.trim() === ''}
              onClick={() => void askForQuote()}
            >
              Quote
            </button>
          </div>
        )}
        {quote.value && (
          <p class="notice good" role="status">
            <strong>
              {moneyText(quote.value.sell)} brings {moneyText(quote.value.buy)}
            </strong>
            <span>at {quote.value.rate}, for a minute</span>
          </p>
        )}
        {wrong && !isNamed && <FailureNotice of={wrong} />}
      </Form>
    </Dialog>
  );
};
