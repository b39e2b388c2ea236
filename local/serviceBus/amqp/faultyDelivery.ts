import type { Entity } from '../broker/entity.ts';
import { injectedError, type Refusal } from './errors.ts';
import type { Peer } from './peer.ts';

/** How long a message waits for the next one to overtake it. */
const overtakingMs = 250;

/** Sends messages on one link and applies the injected faults. `end` ends the link. */
export function faultyDelivery(peer: Peer, entity: Entity, end: (error: Refusal) => void) {
  let overtaken: (() => void) | undefined;
  const sendOvertaken = peer.guard(() => {
    const send = overtaken;
    overtaken = undefined;
    send?.();
  });

  return (send: () => void): void => {
    const fault = peer.service.faults.match('deliver', entity.path);
    switch (fault?.kind) {
      case 'answer':
      case 'reject':
        end(injectedError(fault));
        return;
      case 'timeout':
        return;
      case 'drop':
        if (fault.when === 'after') send();
        // Later, so that the message leaves first.
        setImmediate(() => peer.wire.drop());
        return;
      case 'delay':
        setTimeout(peer.guard(send), fault.ms);
        return;
      case 'reorder':
        sendOvertaken();
        overtaken = send;
        setTimeout(sendOvertaken, overtakingMs);
        return;
      case 'duplicate':
        send();
        break;
      case 'expireLocks':
        entity.expireLocks(peer.service.now());
        break;
      case undefined:
        break;
    }
    send();
    sendOvertaken();
  };
}
