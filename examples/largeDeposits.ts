import { ServiceBusAdministrationClient, ServiceBusClient } from '@azure/service-bus';
import { local, plainHttp } from './local.ts';

// Hears of every deposit over 1,000.00 and of nothing else, whether it runs or not: docs/listening.md.
const connection = process.env.SERVICEBUS ?? local;
const topic = 'bank-events';
const name = 'large-deposits';

const admin = new ServiceBusAdministrationClient(connection);
if (connection.includes('UseDevelopmentEmulator=true')) admin.pipeline.addPolicy(plainHttp);
if (!(await admin.subscriptionExists(topic, name))) {
  await admin.createSubscription(topic, name, {
    // What nobody reads goes after a day, and so does the subscription: else it would fill the topic, and stop the bank's own views.
    defaultMessageTimeToLive: 'P1D',
    autoDeleteOnIdle: 'P1D',
    defaultRuleOptions: { name: 'news', filter: { sqlExpression: "type = 'MoneyDeposited' AND amountMinor > 100000" } },
  });
  // Lets `npm run replay -- --listener subscription:large-deposits` reach it.
  await admin.createRule(topic, name, 'deliverTo', { applicationProperties: { deliverTo: name } });
}

type Deposit = { id: string; aggregateid: string; time: string; data: { amount: { minor: number; currency: string } } };
const subscription = new ServiceBusClient(connection).createReceiver(topic, name).subscribe({
  processMessage({ body }) {
    const { id, aggregateid, time, data } = body as Deposit;
    // Every event comes at least once: whoever acts on it remembers its id.
    process.stdout.write(`${time} ${aggregateid} ${data.amount.minor} ${data.amount.currency} (${id})\n`);
    return Promise.resolve();
  },
  processError: ({ error }) => Promise.resolve(void process.stderr.write(`${error.message}\n`)),
});
process.on('SIGTERM', () => void subscription.close().then(() => process.exit()));
process.stdout.write(`Listening to ${name}\n`);
