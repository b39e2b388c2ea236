import { setTimeout as sleep } from 'node:timers/promises';
import type { BankProcess } from './bankProcess.ts';

/** Idle for as long as it takes the relay of Daybook, which runs every 5 s, to come round once more. */
export const untilIdle = async (side: Pick<BankProcess, 'processorSeconds'>): Promise<void> => {
  let before = await side.processorSeconds();
  let idleSteps = 0;
  while (idleSteps < 12) {
    await sleep(500);
    const now = await side.processorSeconds();
    idleSteps = now - before < 0.05 ? idleSteps + 1 : 0;
    before = now;
  }
};
