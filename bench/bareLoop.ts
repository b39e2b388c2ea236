import type { BankProcess } from './bankProcess.ts';
import { begun, openBareCommands } from './bareCommands.ts';

/** Runs bare commands by several callers, each with its share of the accounts. Returns the commands per second. */
export const bareLoop = async (bank: BankProcess, callers: number, accounts: number, ms: number): Promise<number> => {
  const bare = await openBareCommands(bank.cosmos, bank.serviceBus);
  const deadline = performance.now() + ms;
  let commands = 0;

  const caller = async (index: number) => {
    const own = Array.from({ length: Math.max(1, Math.floor(accounts / callers)) }, () => ({
      id: `bare-${index}-${crypto.randomUUID()}`,
      account: begun,
    }));
    for (let turn = 0; performance.now() < deadline; turn += 1) {
      const each = own[turn % own.length];
      if (!each) throw new Error('There is no account');
      each.account = await bare.command(each.id, each.account);
      commands += 1;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  const seconds = (performance.now() - start) / 1_000;
  await bare.close();
  return commands / seconds;
};
