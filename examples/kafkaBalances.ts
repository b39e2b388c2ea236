import { Consumer, stringDeserializers } from '@platformatic/kafka';

/** Keeps the balance of each account, from the first event on. Brokers: `node examples/kafkaBalances.ts localhost:9092`. */
const bootstrapBrokers = process.argv.slice(2);
const groupId = `balances-${Date.now()}`;
const consumer = new Consumer({ groupId, clientId: 'balances', bootstrapBrokers, deserializers: stringDeserializers });
const events = await consumer.consume({ topics: ['events_account'], mode: 'earliest' });

const versions = new Map<string, number>();
for await (const { key, value, headers } of events) {
  const version = Number(headers.get('ce_aggregateversion'));
  // The bank writes some events again after a crash.
  if (version <= (versions.get(key) ?? 0)) continue;
  versions.set(key, version);
  const { balance } = JSON.parse(value) as { balance?: number };
  if (balance !== undefined) process.stdout.write(`${key} ${headers.get('ce_type')} ${balance}\n`);
}
