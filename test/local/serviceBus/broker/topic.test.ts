import { describe, expect, it } from 'vitest';
import { DuplicateWindow } from '../../../../local/serviceBus/broker/duplicates.ts';
import { Entity } from '../../../../local/serviceBus/broker/entity.ts';
import { entityNotFound } from '../../../../local/serviceBus/broker/errors.ts';
import { noJournal } from '../../../../local/serviceBus/broker/journal.ts';
import { BrokerResources } from '../../../../local/serviceBus/broker/resources.ts';
import type { Rule } from '../../../../local/serviceBus/rules/rule.ts';
import { SequenceNumbers } from '../../../../local/serviceBus/broker/sequenceNumbers.ts';
import { Topic } from '../../../../local/serviceBus/broker/topic.ts';
import { entitySettings, sentMessage, take } from '../support.ts';

const everything: Rule = { name: 'everything', matches: () => true, action: undefined };
const subject = (name: string): Rule => ({
  name,
  matches: (message) => message.subject === name,
  action: undefined,
});

function topic(options: { windowMs?: number; capacityBytes?: number; rules?: Rule[] } = {}) {
  const resources = new BrokerResources(noJournal, () => false, options.capacityBytes);
  const entity = new Entity('t/Subscriptions/s', entitySettings, resources);
  const duplicates = options.windowMs === undefined ? undefined : new DuplicateWindow('t', options.windowMs, resources);
  const settings = {
    timeToLiveMs: 10_000,
    requiresSession: false,
    isPartitioned: false,
    canSend: true,
    capacityBytes: 10_000,
  };
  const topic = new Topic(settings, new SequenceNumbers('t', noJournal), duplicates, resources);
  topic.subscriptions.set(entity.path, { entity, rules: options.rules ?? [everything] });
  return { entity, topic };
}

describe('a topic', () => {
  it('delivers one copy however many rules match, and none if none does', () => {
    const { topic: events, entity } = topic({ rules: [subject('a'), everything] });
    events.publish([sentMessage({ subject: 'a' })], 0);
    expect(entity.size).toBe(1);
    const { topic: others, entity: empty } = topic({ rules: [subject('a'), subject('b')] });
    others.publish([sentMessage({ subject: 'c' })], 0);
    expect(empty.size).toBe(0);
  });

  it('limits the time to live', () => {
    const { topic: events, entity } = topic();
    events.publish([sentMessage({ ttl: 50_000 }), sentMessage({ ttl: 500 })], 0);
    expect([...entity.peek(0)].map(({ timeToLiveMs }) => timeToLiveMs)).toEqual([10_000, 500]);
  });

  it('takes a batch whole or not at all when it is full', () => {
    const { topic: events, entity } = topic({ capacityBytes: 2000, windowMs: 1000 });
    const batch = ['a', 'b'].map((message_id) => sentMessage({ message_id, body: 'x'.repeat(1200) }));
    const full = expect.objectContaining({ code: 'QuotaExceeded' }) as Error;
    expect(() => events.publish(batch, 0)).toThrow(full);
    expect(entity.size).toBe(0);
    events.publish(batch.slice(0, 1), 0);
    expect(() => events.publish(batch.slice(1), 0)).toThrow(full);
    take(entity, 0, 1, 'receiveAndDelete');
    events.publish(batch.slice(1), 0);
    expect(take(entity, 0).ids).toEqual(['b']);
  });

  it('that is removed acknowledges nothing any more, though messages may be on their way', () => {
    const { topic: events } = topic();
    const ended: unknown[] = [];
    events.attach({ end: (error) => void ended.push(error) });
    const gone = entityNotFound('t');
    events.clear(gone);
    expect(ended).toEqual([gone]);
    expect(() => events.publish([sentMessage()], 0)).toThrow(gone);
    expect(() => events.schedule([sentMessage()], 0)).toThrow(gone);
  });
});

describe('duplicate detection', () => {
  it('drops an id within the window, and takes it again from its end on', () => {
    const { topic: events, entity } = topic({ windowMs: 1000 });
    const message = () => [sentMessage({ message_id: 'a' })];
    events.publish(message(), 0);
    events.publish(message(), 999);
    expect(entity.size).toBe(1);
    events.publish(message(), 1000);
    expect(entity.size).toBe(2);
  });

  it('counts from the first time, not from the repeat', () => {
    const { topic: events, entity } = topic({ windowMs: 1000 });
    for (const time of [0, 600, 1200]) events.publish([sentMessage({ message_id: 'a' })], time);
    expect(entity.size).toBe(2);
  });

  it('counts within a batch', () => {
    const { topic: events, entity } = topic({ windowMs: 1000 });
    events.publish(
      ['a', 'b', 'a'].map((message_id) => sentMessage({ message_id })),
      0,
    );
    expect(take(entity, 0).ids).toEqual(['a', 'b']);
  });

  it('forgets by itself when nobody sends any more', () => {
    const { topic: events } = topic({ windowMs: 1000 });
    events.publish(
      ['a', 'b'].map((message_id) => sentMessage({ message_id })),
      0,
    );
    expect(events.nextDeadline()).toBe(1000);
    events.advance(1000);
    expect(events.duplicates?.size).toBe(0);
    expect(events.nextDeadline()).toBe(Infinity);
  });

  it('remembers no more ids than it has room for, the latest ones', () => {
    const window = new DuplicateWindow('t', 1000, new BrokerResources(noJournal), 3);
    for (const id of ['a', 'b', 'c', 'd']) expect(window.admit(id, 0)).toBe(true);
    expect(window.size).toBeLessThanOrEqual(3);
    expect(window.admit('d', 0)).toBe(false);
    expect(window.admit('a', 0)).toBe(true);
  });
});

describe('a scheduled message', () => {
  it('comes at its time, as if sent then', () => {
    const { topic: events, entity } = topic();
    events.schedule([sentMessage({ message_id: 'a', message_annotations: at(1000) })], 0);
    events.publish([sentMessage({ message_id: 'b', message_annotations: at(500) })], 0);
    expect(events.nextDeadline()).toBe(500);
    events.advance(999);
    expect(take(entity, 999).ids).toEqual(['b']);
    events.advance(1000);
    expect(take(entity, 1000).received).toMatchObject([{ id: 'a', message: { enqueuedAt: 1000, scheduledAt: 1000 } }]);
  });

  it('can be cancelled until then', () => {
    const { topic: events, entity } = topic();
    const numbers = events.schedule(
      ['a', 'b'].map((message_id) => sentMessage({ message_id, message_annotations: at(1000) })),
      0,
    );
    events.cancel(numbers.slice(0, 1));
    events.advance(1000);
    expect(take(entity, 1000).ids).toEqual(['b']);
    expect(() => events.cancel(numbers)).toThrow(expect.objectContaining({ code: 'MessageNotFound' }) as Error);
  });
});

const at = (time: number) => ({ 'x-opt-scheduled-enqueue-time': new Date(time) });
