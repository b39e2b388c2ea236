import { defineSubscriber } from '../../application/subscriptions/subscriber.ts';
import { account } from '../../domain/account/account.ts';

/** Turns on the coffee machine when an account is opened. */
export const coffeeMachine = defineSubscriber({
  name: 'tested-coffee-machine',
  follows: [account],
  switched: true,
  async handle({ type, id }, { once }) {
    if (type === 'AccountOpened') await once(() => turnOn(id));
  },
});

const turnOn = async (eventId: string): Promise<void> => {
  const machine = process.env.TESTED_COFFEE_MACHINE ?? '';
  const { ok, status } = await fetch(machine, { method: 'POST', headers: { 'idempotency-key': eventId } });
  if (!ok) throw new Error(`The coffee machine answered ${status}`);
};
