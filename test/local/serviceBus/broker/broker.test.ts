import { describe, expect, it } from 'vitest';
import { Broker } from '../../../../local/serviceBus/broker/broker.ts';
import { parseConfig } from '../../../../local/serviceBus/definitions/config.ts';
import { noJournal } from '../../../../local/serviceBus/broker/journal.ts';
import { deadLettersOf, propertiesOf, sentMessage, take } from '../support.ts';

const brokerWith = (...queues: object[]) =>
  new Broker(parseConfig({ UserConfig: { Namespaces: [{ Name: 'n', Queues: queues }] } }), noJournal);
const queueTo = (Name: string, ForwardTo: string) => ({ Name, Properties: { ForwardTo } });

function entityAt(broker: Broker, path: string) {
  const entity = broker.find(path)?.entity;
  if (!entity) throw new Error(`No ${path}.`);
  return entity;
}

describe('forwarding', () => {
  it('goes on four times and no further', () => {
    const chain = ['a', 'b', 'c', 'd', 'e'].map((name, index) => queueTo(name, 'bcdef'.charAt(index)));
    const broker = brokerWith(...chain, { Name: 'f' });
    broker.find('b')?.topic?.publish([sentMessage({ message_id: 'short' })], 0);
    expect(take(entityAt(broker, 'f'), 0).ids).toEqual(['short']);
    broker.find('a')?.topic?.publish([sentMessage({ message_id: 'long' })], 0);
    const [dead] = take(deadLettersOf(entityAt(broker, 'e')), 0).received;
    expect(dead?.id).toBe('long');
    expect(dead && propertiesOf(dead.message).DeadLetterReason).toBe('MaxTransferHopCountExceeded');
  });

  it('in a circle ends', () => {
    const broker = brokerWith(queueTo('a', 'b'), queueTo('b', 'a'));
    broker.find('a')?.topic?.publish([sentMessage()], 0);
    const dead = [...broker.definitions()].map(({ entity }) => entity?.deadLetters?.size);
    expect(dead).toEqual([1, 0]);
  });

  it('of dead letters in a circle ends', () => {
    const session = (Name: string, ForwardDeadLetteredMessagesTo: string) => ({
      Name,
      Properties: { RequiresSession: true, ForwardDeadLetteredMessagesTo },
    });
    const broker = brokerWith(session('a', 'b'), session('b', 'a'), queueTo('start', 'a'));
    broker.find('start')?.topic?.publish([sentMessage()], 0);
    const dead = [...broker.definitions()].map(({ entity }) => entity?.deadLetters?.size ?? 0);
    expect(dead.reduce((sum, size) => sum + size)).toBe(1);
  });

  it('to where nobody can send makes dead letters [believed]', () => {
    const broker = brokerWith(queueTo('a', 'b'), { Name: 'b' });
    broker.remove('b', 0);
    broker.find('a')?.topic?.publish([sentMessage()], 0);
    expect(deadLettersOf(entityAt(broker, 'a')).size).toBe(1);
  });
});

describe('a message on its way', () => {
  it('keeps the priority in its header', () => {
    const broker = brokerWith({ Name: 'q' });
    broker.find('q')?.topic?.publish([sentMessage({ priority: 9 })], 0);
    expect(take(entityAt(broker, 'q'), 0).received[0]?.message.priority).toBe(9);
  });
});
