import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createCalls } from '../../../local/launcher/app/calls.ts';

type Theirs = { readonly rest: () => Promise<unknown> };

/** A process that never answers, until it ends. */
const silentProcess = () => {
  const state = { connected: true };
  const channel = Object.assign(new EventEmitter(), { send: () => undefined });
  Object.defineProperty(channel, 'connected', { get: () => state.connected });
  return {
    channel: channel as typeof channel & { readonly connected: boolean },
    end: () => {
      state.connected = false;
      channel.emit('disconnect');
    },
  };
};

it('refuses what was asked of a process that has ended, before or after that', async () => {
  const { channel, end } = silentProcess();
  const call = createCalls<Theirs>(channel, {});
  const before = call('rest');
  end();
  await expect(before).rejects.toThrow('The other process has ended.');
  await expect(call('rest')).rejects.toThrow('The other process has ended.');
});
