import { describe, expect, it } from 'vitest';
import type { BrokerErrorCode } from '../../../../local/serviceBus/broker/errors.ts';
import type { Entity } from '../../../../local/serviceBus/broker/entity.ts';
import { add, entity, Recorder } from '../support.ts';

const refusal = (code: BrokerErrorCode) => expect.objectContaining({ code }) as Error;
const lost = refusal('SessionLockLost');
const withSessions = () => entity({ requiresSession: true });

function accept(queue: Entity, now: number, id?: string, waitMs = 1000): Recorder {
  const recorder = new Recorder();
  queue.attachToSession(recorder, id, now + waitMs, now);
  queue.dispatch(now);
  return recorder;
}

describe('the lock of a session', () => {
  it('ends at its time: the holder is told, its messages have failed, and others may take them', () => {
    const queue = withSessions();
    add(queue, 0, { message_id: 'a', group_id: 'one' });
    const first = accept(queue, 0, 'one');
    expect(first).toMatchObject({ ids: ['a'], session: { id: 'one', until: 1000 } });
    queue.dispatch(999);
    expect(first.ended).toBeUndefined();
    queue.dispatch(1000);
    expect(first.ended).toEqual(lost);
    expect(() => queue.settle([first.tokenOf('a')], { type: 'complete' }, 1000)).toThrow(lost);
    expect(accept(queue, 1000, 'one').received[0]?.message.deliveryCount).toBe(1);
  });

  it('is also the lock of its messages, and is prolonged for all of them', () => {
    const queue = withSessions();
    for (const message_id of ['a', 'b']) add(queue, 0, { message_id, group_id: 'one' });
    const holder = accept(queue, 0, 'one');
    const hold = queue.holdOf('one', holder, 500);
    expect(queue.renewSession(hold, 500)).toBe(1500);
    expect(holder.received.map(({ lock }) => lock?.until)).toEqual([1500, 1500]);
    queue.settle([holder.tokenOf('a'), holder.tokenOf('b')], { type: 'complete' }, 1400);
    expect(queue.size).toBe(0);
  });

  it('belongs to one receiver: others have lost it', () => {
    const queue = withSessions();
    const holder = accept(queue, 0, 'one');
    expect(queue.holdOf('one', holder, 0).session.id).toBe('one');
    expect(() => queue.holdOf('one', new Recorder(), 0)).toThrow(lost);
    expect(() => queue.holdOf('two', undefined, 0)).toThrow(lost);
    expect(() => accept(queue, 0, 'one')).toThrow(refusal('SessionCannotBeLocked'));
  });

  it('ends with its receiver: messages are back in their places, and have not failed', () => {
    const queue = withSessions();
    for (const message_id of ['a', 'b', 'c']) add(queue, 0, { message_id, group_id: 'one' });
    const first = accept(queue, 0, 'one');
    queue.settle([first.tokenOf('b')], { type: 'complete' }, 0);
    queue.detach(first, 0);
    const second = accept(queue, 0, 'one');
    expect(second.ids).toEqual(['a', 'c']);
    expect(second.received.map(({ message }) => message.deliveryCount)).toEqual([0, 0]);
  });
});

describe('who waits for the next session', () => {
  it('gets the one whose messages have been waiting longest [believed]', () => {
    const queue = withSessions();
    for (const group_id of ['one', 'two', 'one']) add(queue, 0, { group_id });
    expect(accept(queue, 0).session?.id).toBe('one');
    expect(accept(queue, 0).session?.id).toBe('two');
  });

  it('gets it when there is one, first come first served, or is told at the end of the wait', () => {
    const queue = withSessions();
    const [first, second] = [accept(queue, 0, undefined, 5000), accept(queue, 0, undefined, 1500)];
    expect(queue.nextDeadline()).toBe(1500);
    add(queue, 1000, { group_id: 'one' });
    queue.dispatch(1000);
    expect(first.session?.id).toBe('one');
    queue.dispatch(1500);
    expect(second).toMatchObject({ session: undefined, ended: refusal('Timeout') });
    add(queue, 1501, { group_id: 'two' });
    queue.dispatch(1501);
    expect(second.session).toBeUndefined();
  });

  it('gets a session that was let go of, and is forgotten when it goes itself', () => {
    const queue = withSessions();
    add(queue, 0, { group_id: 'one' });
    const [holder, gone, waiting] = [accept(queue, 0), accept(queue, 0), accept(queue, 0)];
    queue.detach(gone, 1);
    queue.detach(holder, 1);
    expect(gone.session).toBeUndefined();
    expect(waiting.session?.id).toBe('one');
  });
});

describe('the sessions of an entity', () => {
  it('are listed while they have messages or a state that changed after a time [believed]', () => {
    const queue = withSessions();
    add(queue, 1000, { group_id: 'one' });
    const holder = accept(queue, 2000, 'two');
    queue.sessions?.setState(queue.holdOf('two', holder, 2000), Buffer.from('x'), 2000);
    const since = (time: number) => [...(queue.sessions?.updatedSince(time) ?? [])];
    expect(since(0)).toEqual(['one', 'two']);
    expect(since(1000)).toEqual(['two']);
    queue.sessions?.setState(queue.holdOf('two', holder, 2500), undefined, 2500);
    queue.detach(holder, 2500);
    accept(queue, 2500, 'one');
    expect(since(0)).toEqual(['one']);
  });

  it('keep what is deferred for whoever holds the session', () => {
    const queue = withSessions();
    add(queue, 0, { message_id: 'a', group_id: 'one' });
    const holder = accept(queue, 0, 'one');
    queue.settle([holder.tokenOf('a')], { type: 'defer', properties: new Map() }, 0);
    expect(() => queue.receiveDeferred([1], 'peekLock', 0)).toThrow(lost);
    const other = queue.holdOf('two', accept(queue, 0, 'two'), 0);
    expect(() => queue.receiveDeferred([1], 'peekLock', 0, other)).toThrow(refusal('MessageNotFound'));
    const [taken] = queue.receiveDeferred([1], 'peekLock', 0, queue.holdOf('one', holder, 0));
    expect(taken?.lock?.until).toBe(1000);
  });

  it('lose messages that expire', () => {
    const queue = withSessions();
    add(queue, 0, { group_id: 'one', ttl: 100 });
    queue.dispatch(100);
    expect(accept(queue, 100).session).toBeUndefined();
    expect(queue.deadLetters?.size).toBe(1);
  });
});
