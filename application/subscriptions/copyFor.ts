import type { CloudEvent } from '../publishing/message.ts';
import type { Address, Copy, Origin } from './ports.ts';

/** A copy of an event that a listener hears again: at an instant, or at once. */
export const copyFor = (
  address: Address & { readonly listener: string },
  event: CloudEvent,
  original: Pick<Origin, 'messageId' | 'enqueuedAt'>,
  at: string,
): Copy => ({ ...address, messageId: `${event.id}@${at} ${address.listener}`, event, original, at });
