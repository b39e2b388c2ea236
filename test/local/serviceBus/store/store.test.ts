import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readContent } from '../../../../local/serviceBus/amqp/content.ts';
import { Broker } from '../../../../local/serviceBus/broker/broker.ts';
import { parseConfig } from '../../../../local/serviceBus/definitions/config.ts';
import { openStore } from '../../../../local/serviceBus/store/store.ts';
import { sentMessage, take } from '../support.ts';

const config = parseConfig({
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Queues: [
          { Name: 'q', Properties: { DefaultMessageTimeToLive: 'PT1M', DeadLetteringOnMessageExpiration: true } },
        ],
        Topics: [
          {
            Name: 't',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1M' },
            Subscriptions: [{ Name: 'a' }, { Name: 'b' }],
          },
        ],
      },
    ],
  },
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'service-bus-store-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function open(dataDir: string, now: number) {
  const store = openStore(dataDir, readContent);
  const broker = new Broker(config, store, store.recover(), now);
  const entity = (address: string) => {
    const found = broker.find(address)?.entity;
    if (!found) throw new Error(`No ${address}.`);
    return found;
  };
  const send = (address: string, message_id: string, at = now) =>
    broker.find(address)?.topic?.publish([sentMessage({ message_id })], at);
  return { store, broker, entity, send };
}

describe('the store', () => {
  it('keeps what was committed, and nothing else', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('t', 'one');
    first.store.commit();
    first.send('t', 'two');
    first.store.close();

    const second = open(dataDir, 1000);
    expect(take(second.entity('t/subscriptions/A'), 1000).ids).toEqual(['one']);
    second.send('t', 'one');
    second.send('t', 'two');
    expect(take(second.entity('t/subscriptions/b'), 1000).ids).toEqual(['one', 'two']);
    second.store.close();
  });

  it('never writes what came and went within one commit', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('q', 'one');
    take(first.entity('q'), 0, 1, 'receiveAndDelete');
    first.store.commit();
    first.store.close();
    const second = open(dataDir, 0);
    expect(second.entity('q').size).toBe(0);
    second.send('q', 'two');
    expect(take(second.entity('q'), 0).received[0]?.message.sequenceNumber).toBe(2);
    second.store.close();
  });

  it('moves what expired meanwhile to the dead letters', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('q', 'one');
    first.store.commit();
    first.store.close();
    const second = open(dataDir, 60_000);
    second.store.commit();
    second.store.close();
    const third = open(dataDir, 60_000);
    expect(third.entity('q').size).toBe(0);
    expect(take(third.entity('q/$deadletterqueue'), 60_000).ids).toEqual(['one']);
    third.store.close();
  });

  it('forgets ids whose window is over', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('t', 'one');
    first.send('t', 'two', 30_000);
    first.store.commit();
    first.broker.advance(60_000);
    first.store.commit();
    first.store.close();
    const second = open(dataDir, 60_000);
    expect(second.broker.find('t')?.topic?.duplicates?.size).toBe(1);
    second.store.close();
  });

  it('keeps the messages of an entity that is not configured at the moment', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('t', 'one');
    first.store.commit();
    first.store.close();
    const store = openStore(dataDir, readContent);
    const without = new Broker({ ...config, Topics: [] }, store, store.recover(), 0);
    without.find('q')?.topic?.publish([sentMessage({ message_id: 'other' })], 0);
    store.commit();
    store.close();
    const third = open(dataDir, 0);
    expect(take(third.entity('t/subscriptions/a'), 0).ids).toEqual(['one']);
    third.store.close();
  });

  it('goes on with data of its first version', () => {
    const dataDir = folder();
    const first = open(dataDir, 0);
    first.send('t', 'one');
    first.store.commit();
    first.store.close();
    const database = new DatabaseSync(join(dataDir, 'serviceBus.sqlite'));
    database.exec(`
      ALTER TABLE messages DROP COLUMN session_id; ALTER TABLE messages DROP COLUMN priority;
      DROP TABLE session_states; DROP TABLE redefinitions; PRAGMA user_version = 1`);
    database.close();
    const second = open(dataDir, 0);
    second.send('t', 'two');
    second.store.commit();
    expect(take(second.entity('t/subscriptions/a'), 0).ids).toEqual(['one', 'two']);
    second.store.close();
  });

  it('does not touch data of a later version', () => {
    const dataDir = folder();
    openStore(dataDir, readContent).close();
    const database = new DatabaseSync(join(dataDir, 'serviceBus.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openStore(dataDir, readContent)).toThrow('of version 99');
  });
});
