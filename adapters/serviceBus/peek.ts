import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import Long from 'long';

/** Reads up to so many messages behind that sequence number, in its order, without receiving them. */
export const peekFrom = async (
  receiver: ServiceBusReceiver,
  limit: number,
  after = '0',
): Promise<readonly ServiceBusReceivedMessage[]> => {
  const found: ServiceBusReceivedMessage[] = [];
  for (let next = Long.fromString(after).add(1); found.length < limit;) {
    // One answer of the service has only as many messages as fit into it.
    const more = await receiver.peekMessages(limit - found.length, { fromSequenceNumber: next });
    found.push(...more);
    const last = more.at(-1)?.sequenceNumber;
    if (!last) break;
    next = last.add(1);
  }
  return found;
};
