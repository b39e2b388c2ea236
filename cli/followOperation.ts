import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from './api.ts';
import { progressLine } from './progressLine.ts';

const operation = z.object({
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  reason: z.string().optional(),
  done: z.number(),
  total: z.number(),
  rate: z.number(),
  secondsLeft: z.number().optional(),
});
export type Progress = z.infer<typeof operation>;

type Output = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

/** Shows how far an operation is until it has ended: on a terminal one line that moves, else a line for each change. */
export const followOperation = async (
  api: Api,
  operationId: string,
  output: Output,
  everyMs = 500,
): Promise<Exclude<Progress['status'], 'running'>> => {
  const path = `/api/ops/operations/${operationId}`;
  if (output.isTTY) output.write(`Ctrl-C leaves it running; DELETE ${path} ends it.\n`);
  let shown = '';
  for (;;) {
    const progress = operation.parse(await api.request('GET', path));
    const line = progressLine(progress, output.isTTY ? (output.columns ?? 80) : undefined);
    if (output.isTTY) output.write(`\r\u001b[2K${line}`);
    else if (line !== shown) output.write(`${line}\n`);
    shown = line;
    if (progress.status !== 'running') {
      if (output.isTTY) output.write('\n');
      return progress.status;
    }
    await sleep(everyMs);
  }
};
