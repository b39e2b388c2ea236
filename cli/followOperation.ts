import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../client/client.ts';
import { bodyOf } from './api.ts';
import { progressLine, type Progress } from './progressLine.ts';

const path = '/api/ops/operations/{operationId}';

type Output = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

/**
 * Shows the progress of an operation until it has ended: on a terminal in one line that moves, elsewhere in a line for each change.
 */
export const followOperation = async (
  api: ApiClient,
  operationId: string,
  output: Output,
  everyMs = 500,
): Promise<Exclude<Progress['status'], 'running'>> => {
  if (output.isTTY) output.write(`Ctrl-C leaves it running; DELETE /api/ops/operations/${operationId} ends it.\n`);
  let shown = '';
  for (;;) {
    const now = bodyOf(await api.GET(path, { params: { path: { operationId } } }));
    const line = progressLine(now, output.isTTY ? (output.columns ?? 80) : undefined);
    if (output.isTTY) output.write(`\r\u001b[2K${line}`);
    else if (line !== shown) output.write(`${line}\n`);
    shown = line;
    if (now.status !== 'running') {
      if (output.isTTY) output.write('\n');
      return now.status;
    }
    await sleep(everyMs);
  }
};
