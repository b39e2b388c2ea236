import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { Topic } from '../../../application/publishing/ports.ts';
import { createPublisher } from '../../../application/publishing/publisher.ts';
import { commitOf, opened } from '../../support/bank.ts';

const commits = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => commitOf('account', `a${from + index}`, 0, [opened()]));

/** A topic whose sends end when the test says so. */
const heldTopic = () => {
  const sends: { ids: string[]; end: (error?: Error) => void }[] = [];
  const topic: Topic = {
    send: (messages) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve([]));
        sends.push({ ids: messages.map(({ id }) => id), end });
      }),
  };
  return { topic, sends };
};
const quiet = () => undefined;

describe('the publisher', () => {
  it('sends at once when nothing is under way', () => {
    const { topic, sends } = heldTopic();
    createPublisher(topic, quiet).publish(commits(1));
    expect(sends.map(({ ids }) => ids)).toEqual([['a0:1']]);
  });

  it('sends together what arrives while a send is under way', async () => {
    const { topic, sends } = heldTopic();
    const publisher = createPublisher(topic, quiet);
    for (let index = 0; index < 5; index += 1) publisher.publish(commits(1, index));
    sends[0]?.end();
    await expect.poll(() => sends.length).toBe(2);
    expect(sends[1]?.ids).toEqual(['a1:1', 'a2:1', 'a3:1', 'a4:1']);
    sends[1]?.end();
    await publisher.drain();
  });

  it('is drained once the last send has ended, also of what came after', async () => {
    const { topic, sends } = heldTopic();
    const publisher = createPublisher(topic, quiet);
    publisher.publish(commits(1));
    let drained = false;
    const draining = publisher.drain().then(() => (drained = true));
    publisher.publish(commits(1, 1));
    sends[0]?.end();
    await expect.poll(() => sends.length).toBe(2);
    expect(drained).toBe(false);
    sends[1]?.end();
    await draining;
  });

  it('survives sends that fail, says so once, and goes on', async () => {
    const { topic, sends } = heldTopic();
    const lines: string[] = [];
    const publisher = createPublisher(topic, (_, message) => lines.push(message));
    for (const attempt of [0, 1]) {
      publisher.publish(commits(2, attempt));
      sends[attempt]?.end(new ServiceUnavailable('Service Bus'));
      await publisher.drain();
    }
    expect(lines).toEqual([expect.stringContaining('left to the relay: ServiceUnavailable')]);
    publisher.publish(commits(1, 9));
    expect(sends[2]?.ids).toEqual(['a9:1']);
    sends[2]?.end();
    await publisher.drain();
    expect(lines.slice(1)).toEqual(['Messages are sent again; 4 were left to the relay']);
  });

  it('knows what the topic has acknowledged, until it is asked, and nothing else', async () => {
    const { topic, sends } = heldTopic();
    const publisher = createPublisher(topic, quiet);
    publisher.publish(commits(1));
    expect(publisher.takeSent('a0:1')).toBe(false);
    publisher.publish(commits(1, 1));
    sends[0]?.end();
    await expect.poll(() => sends.length).toBe(2);
    sends[1]?.end(new ServiceUnavailable('Service Bus'));
    await publisher.drain();
    expect(publisher.takeSent('a0:1')).toBe(true);
    expect(publisher.takeSent('a0:1')).toBe(false);
    expect(publisher.takeSent('a1:1')).toBe(false);
  });

  it('does not take for sent what the topic cannot take, so that the relay parks it', async () => {
    const publisher = createPublisher({ send: (messages) => Promise.resolve(messages.slice(0, 1)) }, quiet);
    publisher.publish(commits(2));
    await publisher.drain();
    expect(['a0:1', 'a1:1'].map(publisher.takeSent)).toEqual([false, true]);
  });

  it('keeps a bounded number of messages while sends hang', async () => {
    const { topic, sends } = heldTopic();
    const publisher = createPublisher(topic, quiet);
    for (let round = 0; round < 20; round += 1) publisher.publish(commits(1_000, round * 1_000));
    sends[0]?.end();
    await expect.poll(() => sends.length).toBe(2);
    expect(sends[1]?.ids.length).toBeLessThanOrEqual(6_000);
  });
});
