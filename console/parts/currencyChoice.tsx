import type { Signal } from '@preact/signals';
import { currencyCodes } from '../../domain/currencyCodes.ts';
import { Choice } from './form.tsx';

const names = new Intl.DisplayNames(undefined, { type: 'currency' });
export const currencyText = (code: string): string => `${code} · ${names.of(code) ?? code}`;

/** One of the currencies that the bank knows. */
export const CurrencyChoice = ({ value }: { readonly value: Signal<string> }) => (
  <Choice
    label="Currency"
    value={value.value}
    options={currencyCodes.map((code) => [code, currencyText(code)])}
    choose={(code) => (value.value = code)}
  />
);
