import { describe, expect, it } from 'vitest';
import { moneyText } from '../../console/parts/words.ts';
import { currencyCodes, decimalsByCode } from '../../domain/currencyCodes.ts';

describe('an amount', () => {
  it('is shown with the decimals that the bank has in its currency, and with its very digits', () => {
    for (const currency of currencyCodes) {
      const decimals = decimalsByCode.get(currency) ?? 0;
      const fraction = '1'.repeat(decimals);
      const text = moneyText({ amount: decimals === 0 ? '105' : `105.${fraction}`, currency });
      expect({ currency, digits: text.replaceAll(/\D/g, '') }).toEqual({ currency, digits: `105${fraction}` });
    }
  });

  it('keeps digits that no number of a program could', () => {
    const text = moneyText({ amount: '1234567890123.45', currency: 'HUF' });
    expect(text.replaceAll(/\D/g, '')).toBe('123456789012345');
  });
});
