import { describe, expect, it } from 'vitest';
import type { Disposition } from '../../../../local/serviceBus/broker/disposition.ts';
import { add, deadLettersOf, entity, propertiesOf, Recorder, take } from '../support.ts';

const complete: Disposition = { type: 'complete' };
const abandon: Disposition = { type: 'abandon', properties: new Map() };
const defer: Disposition = { type: 'defer', properties: new Map() };
const deadLetter: Disposition = { type: 'deadLetter', properties: new Map() };
const lockLost = expect.objectContaining({ code: 'MessageLockLost' }) as Error;
const notFound = expect.objectContaining({ code: 'MessageNotFound' }) as Error;

describe('an entity', () => {
  it('hands out messages in the order they came, to each consumer as many as it takes', () => {
    const queue = entity();
    const [one, two, three] = [new Recorder(1), new Recorder(3), new Recorder(0)];
    for (const consumer of [one, two, three]) queue.attach(consumer);
    for (const message_id of ['a', 'b', 'c', 'd', 'e']) add(queue, 0, { message_id });
    queue.dispatch(0);
    expect([one.ids, two.ids, three.ids]).toEqual([['a'], ['b', 'c', 'd'], []]);
    expect(take(queue, 0).ids).toEqual(['e']);
  });

  it('numbers messages from 1, without gaps', () => {
    const queue = entity();
    for (const message_id of ['a', 'b']) add(queue, 0, { message_id });
    expect(take(queue, 0).received.map(({ message }) => message.sequenceNumber)).toEqual([1, 2]);
  });

  it('puts an abandoned message back into its place', () => {
    const queue = entity();
    for (const message_id of ['a', 'b', 'c']) add(queue, 0, { message_id });
    const first = take(queue, 0, 2);
    queue.settle([first.tokenOf('b'), first.tokenOf('a')], abandon, 0);
    expect(take(queue, 0).ids).toEqual(['a', 'b', 'c']);
  });

  it('forgets a message that is received and deleted', () => {
    const queue = entity();
    add(queue, 0);
    expect(take(queue, 0, 1, 'receiveAndDelete').received[0]?.lock).toBeUndefined();
    expect(queue.size).toBe(0);
  });
});

describe('a lock', () => {
  it('holds until its last millisecond, and not beyond', () => {
    const queue = entity({ lockMs: 1000 });
    add(queue, 0, { message_id: 'a' });
    const first = take(queue, 0);
    expect(queue.nextDeadline()).toBe(1000);
    expect(take(queue, 999).ids).toEqual([]);
    expect(take(queue, 1000).received[0]).toMatchObject({ id: 'a', message: { deliveryCount: 1 } });
    expect(() => queue.settle([first.tokenOf('a')], complete, 1000)).toThrow(lockLost);
  });

  it('is already lost to a settlement that comes before anyone noticed its end', () => {
    const queue = entity({ lockMs: 1000 });
    add(queue, 0, { message_id: 'a' });
    const first = take(queue, 0);
    expect(() => queue.settle([first.tokenOf('a')], complete, 1000)).toThrow(lockLost);
    expect(queue.size).toBe(1);
  });

  it('can be renewed, from the time of the renewal', () => {
    const queue = entity({ lockMs: 1000 });
    add(queue, 0, { message_id: 'a' });
    const first = take(queue, 0);
    expect(queue.renewLock(first.tokenOf('a'), 900)).toBe(1900);
    expect(take(queue, 1899).ids).toEqual([]);
    queue.settle([first.tokenOf('a')], complete, 1899);
    expect(queue.nextDeadline()).toBe(Infinity);
  });

  it('outlives its consumer', () => {
    const queue = entity();
    add(queue, 0, { message_id: 'a' });
    const gone = take(queue, 0);
    expect(take(queue, 500).ids).toEqual([]);
    queue.settle([gone.tokenOf('a')], complete, 500);
    expect(queue.size).toBe(0);
  });

  it('settles with others all at once or not at all', () => {
    const queue = entity();
    for (const message_id of ['a', 'b']) add(queue, 0, { message_id });
    const taken = take(queue, 0);
    expect(() => queue.settle([taken.tokenOf('a'), 'another'], complete, 0)).toThrow(lockLost);
    expect(queue.size).toBe(2);
    queue.settle([taken.tokenOf('a'), taken.tokenOf('b')], complete, 0);
    expect(queue.size).toBe(0);
  });
});

describe('a delivery that fails', () => {
  it.each([
    ['by an abandonment', true],
    ['by the end of the lock', false],
  ])('%s is counted, and the last one makes a dead letter', (_, abandoned) => {
    const queue = entity({ maxDeliveryCount: 2, lockMs: 1000 });
    add(queue, 0, { message_id: 'a', application_properties: { kept: 1 } });
    for (const [attempt, time] of [0, 1000].entries()) {
      const taken = take(queue, time);
      expect(taken.received).toMatchObject([{ id: 'a', message: { deliveryCount: attempt } }]);
      if (abandoned) queue.settle([taken.tokenOf('a')], abandon, time);
    }
    queue.advance(2000);
    const [dead] = take(deadLettersOf(queue), 2000).received;
    expect(dead?.message).toMatchObject({ deliveryCount: 2, deadLetterSource: 'queue', enqueuedSequenceNumber: 1 });
    expect(dead && propertiesOf(dead.message)).toEqual({
      kept: 1,
      DeadLetterReason: 'MaxDeliveryCountExceeded',
      DeadLetterErrorDescription: 'Message could not be consumed after 2 delivery attempts.',
    });
    expect(queue.size).toBe(0);
  });

  it('keeps the properties that were set, in place of older ones', () => {
    const queue = entity();
    add(queue, 0, { message_id: 'a', application_properties: { kept: 1, changed: 'x' } });
    queue.settle([take(queue, 0).tokenOf('a')], { type: 'abandon', properties: new Map([['changed', 'y']]) }, 0);
    const [again] = take(queue, 0).received;
    expect(again && propertiesOf(again.message)).toEqual({ kept: 1, changed: 'y' });
  });

  it('cannot make a message grow for ever', () => {
    const queue = entity();
    add(queue, 0, { message_id: 'a' });
    const taken = take(queue, 0);
    const properties = new Map([['huge', 'x'.repeat(400_000)]]);
    expect(() => queue.settle([taken.tokenOf('a')], { type: 'abandon', properties }, 0)).toThrow(
      expect.objectContaining({ code: 'MessageTooLarge' }) as Error,
    );
    queue.settle([taken.tokenOf('a')], complete, 0);
  });
});

describe('dead letters', () => {
  it('never expire, fail without an end, and cannot become dead letters again', () => {
    const queue = entity({ maxDeliveryCount: 1, lockMs: 1000, timeToLiveMs: 100 });
    add(queue, 0, { message_id: 'a' });
    queue.settle([take(queue, 0).tokenOf('a')], deadLetter, 0);
    const letters = deadLettersOf(queue);
    for (let time = 0; time < 20_000; time += 1000) expect(take(letters, time).ids).toEqual(['a']);
    const taken = take(letters, 20_000);
    expect(() => letters.settle([taken.tokenOf('a')], deadLetter, 20_000)).toThrow('cannot be dead-lettered again');
    letters.settle([taken.tokenOf('a')], complete, 20_000);
    expect(letters.size).toBe(0);
  });
});

describe('a deferred message', () => {
  it('is handed out by its number alone, one at a time', () => {
    const queue = entity({ lockMs: 1000 });
    add(queue, 0, { message_id: 'a' });
    queue.settle([take(queue, 0).tokenOf('a')], defer, 0);
    expect(take(queue, 0).ids).toEqual([]);
    const [received] = queue.receiveDeferred([1], 'peekLock', 0);
    expect(received?.message.state).toBe('deferred');
    expect(() => queue.receiveDeferred([1], 'peekLock', 0)).toThrow(notFound);
    expect(() => queue.receiveDeferred([2], 'peekLock', 0)).toThrow(notFound);
  });

  it('stays deferred when it is abandoned or its lock ends', () => {
    const queue = entity({ lockMs: 1000, maxDeliveryCount: 10 });
    add(queue, 0, { message_id: 'a' });
    queue.settle([take(queue, 0).tokenOf('a')], defer, 0);
    queue.receiveDeferred([1], 'peekLock', 0);
    queue.advance(1000);
    const [again] = queue.receiveDeferred([1], 'peekLock', 1000);
    queue.settle([again?.lock?.token ?? ''], abandon, 1000);
    expect(take(queue, 1000).ids).toEqual([]);
    expect(queue.receiveDeferred([1], 'receiveAndDelete', 1000)[0]?.message.deliveryCount).toBe(2);
    expect(queue.size).toBe(0);
  });

  it('that expired goes when somebody asks for it', () => {
    const queue = entity({ timeToLiveMs: 100 });
    add(queue, 0, { message_id: 'a' });
    queue.settle([take(queue, 0).tokenOf('a')], defer, 0);
    queue.advance(200);
    expect(queue.size).toBe(1);
    expect(() => queue.receiveDeferred([1], 'peekLock', 200)).toThrow(notFound);
    expect(queue.size).toBe(0);
    expect(deadLettersOf(queue).size).toBe(1);
  });
});

describe('the time to live', () => {
  it('is the shorter one of the message and the entity', () => {
    const queue = entity({ timeToLiveMs: 100 });
    add(queue, 0, { message_id: 'short', ttl: 50 });
    add(queue, 0, { message_id: 'long', ttl: 5000 });
    expect(queue.nextDeadline()).toBe(50);
    queue.advance(50);
    expect(queue.nextDeadline()).toBe(100);
    queue.advance(100);
    expect(queue.size).toBe(0);
    const dead = take(deadLettersOf(queue), 100).received.map(({ message }) => propertiesOf(message));
    expect(dead).toMatchObject([
      { DeadLetterReason: 'TTLExpiredException' },
      { DeadLetterReason: 'TTLExpiredException' },
    ]);
  });

  it('drops the message where dead letters are not wanted', () => {
    const queue = entity({ timeToLiveMs: 100, deadLettersExpired: false });
    add(queue, 0);
    expect(take(queue, 100).ids).toEqual([]);
    expect([queue.size, deadLettersOf(queue).size]).toEqual([0, 0]);
  });

  it('does not end while the message is locked, but as soon as it is not', () => {
    const queue = entity({ timeToLiveMs: 100, lockMs: 1000 });
    add(queue, 0, { message_id: 'a' });
    const taken = take(queue, 0);
    queue.advance(500);
    expect(queue.size).toBe(1);
    queue.settle([taken.tokenOf('a')], abandon, 500);
    expect(take(queue, 500).ids).toEqual([]);
    expect(deadLettersOf(queue).size).toBe(1);
  });
});

describe('peeking', () => {
  it('shows messages in any state from a number on', () => {
    const queue = entity();
    for (const message_id of ['a', 'b', 'c', 'd']) add(queue, 0, { message_id });
    const taken = take(queue, 0, 2);
    queue.settle([taken.tokenOf('b')], defer, 0);
    const numbers = (from: number) => [...queue.peek(from)].map(({ sequenceNumber }) => sequenceNumber);
    expect(numbers(0)).toEqual([1, 2, 3, 4]);
    expect(numbers(2)).toEqual([2, 3, 4]);
    expect(numbers(5)).toEqual([]);
  });
});
