import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readParameters } from './bicepDeployment.ts';

const valueOf = (expression: string): unknown => {
  const folder = mkdtempSync(path.join(tmpdir(), 'daybook-bicep-'));
  try {
    const file = path.join(folder, 'one.bicepparam');
    writeFileSync(file, `using 'main.bicep'\nparam value = ${expression}\n`);
    return readParameters(file).value;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

it.each([
  [`{ a: { b: 1 } }.a.b`, 1],
  [`null ?? { b: 2 }.b`, 2],
  [`false ? 1 : [3, 4][1]`, 4],
  [`{ a: 1 }.?b ?? 'none'`, 'none'],
  [`1 == { b: 1 }.b && !empty('x')`, true],
  [`5 * 6 / 10`, 3],
  [`map([{ n: 1 }, { n: 2 }], item => item.n)`, [1, 2]],
  [`map([{ n: 1 }], item => { n: item.n, text: 'n\${item.n}' })`, [{ n: 1, text: 'n1' }]],
  [`[for (item, index) in ['a', 'b']: '\${item}\${index}']`, ['a0', 'b1']],
])('%s', (expression, value) => expect(valueOf(expression)).toEqual(value));

it.each(['unknown', 'utcNow()', '1 + 2'])('%s is not understood, and says so', (expression) =>
  expect(() => valueOf(expression)).toThrow(),
);
