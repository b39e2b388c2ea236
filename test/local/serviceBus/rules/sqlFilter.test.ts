import { describe, expect, it } from 'vitest';
import { sqlMatcher } from '../../../../local/serviceBus/rules/sqlFilter.ts';
import { sentMessage } from '../support.ts';

const { envelope } = sentMessage({
  message_id: 'id',
  subject: 'label',
  application_properties: { n: 5, negative: -2, text: "it's", flag: true, off: false, 'odd name': 1, pattern: 'a%b' },
});

describe('a SQL filter', () => {
  it.each([
    '1=1',
    'n = 5',
    'n <> 6 AND n != 7',
    'n > 4 AND n >= 5 AND n < 6 AND n <= 5',
    'n + 1 = 6 AND n * 2 - 1 = 9 AND n / 2 = 2.5 AND n % 3 = 2 AND -n = -5',
    '2 + 3 * 4 = 14 AND (2 + 3) * 4 = 20',
    "text = 'it''s'",
    "text + '!' = 'it''s!'",
    'flag = TRUE AND flag AND NOT off',
    "sys.Label = 'label' AND sys.MessageId = 'id'",
    'user.n = 5 AND [odd name] = 1 AND "odd name" = 1',
    "n IN (1, 5) AND n NOT IN (1, 2) AND sys.label IN ('label')",
    "text LIKE 'it%' AND text LIKE '_t''s' AND text NOT LIKE 'i' AND '' LIKE '%'",
    "pattern LIKE 'a\\%b' ESCAPE '\\' AND NOT text LIKE 'a\\%b' ESCAPE '\\'",
    "'aXbXc' LIKE '%X%c' AND 'abc' LIKE '%%c%'",
    'missing IS NULL AND n IS NOT NULL',
    'EXISTS(n) AND NOT EXISTS(missing)',
    'missing = 1 OR n = 5',
    "n <> '5'",
    'negative = -2',
    'not n = 6 and N is null or false',
  ])('matches: %s', (expression) => {
    expect(sqlMatcher(expression)(envelope)).toBe(true);
  });

  it.each([
    '1=2',
    'n = 6',
    "n = '5'",
    'missing = 1',
    'NOT missing = 1',
    'missing <> 1',
    'missing NOT IN (1)',
    'n = 5 AND missing = 1',
    "n > 'a'",
    "n LIKE '5'",
    'n',
    "text = 'IT''S'",
    'flag = 1',
  ])('does not match: %s', (expression) => {
    expect(sqlMatcher(expression)(envelope)).toBe(false);
  });

  it.each([
    '',
    'n =',
    'n = 5 extra',
    '(n = 5',
    'n NOT 5',
    'n IN ()',
    "text = 'open",
    'n = @parameter',
    'newid(1) = 1',
    'sys.EnqueuedTimeUtc = 1',
    'n ; 5',
    'EXISTS(1',
  ])('is refused when it is made: %s', (expression) => {
    expect(() => sqlMatcher(expression)).toThrow(/^SQL/);
  });

  it('takes no time to speak of for a hostile pattern', () => {
    const matcher = sqlMatcher(`'${'a'.repeat(400)}' LIKE '${'%a'.repeat(200)}b'`);
    const startedAt = performance.now();
    expect(matcher(envelope)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
