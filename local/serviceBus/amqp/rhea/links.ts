import rhea, { type Delivery, type Receiver, type Sender } from 'rhea';
import { toAmqpError, type Refusal } from '../errors.ts';
import { frames, internals, outcomes } from './internals.ts';

/**
 * Answers a delivery in either direction and settles it. Without an error, accepts it. Writes one frame per delivery,
 * because rhea would merge the answers to two neighbours into one even when they differ.
 */
export function answer(delivery: Delivery, error?: Refusal): void {
  const inside = internals.delivery(delivery);
  const link = internals.link(delivery.link);
  const wasSettled = inside.remote_settled;
  inside.settled = true;
  // If one of the two is false, the delivery never leaves rhea's ring, and the full ring stops the link.
  inside.remote_settled = true;
  if (!wasSettled) {
    const refusal = error && { error: fieldsOf(error) };
    const state = (refusal ? outcomes.rejected(refusal) : outcomes.accepted()).described();
    const role = delivery.link.is_receiver();
    link.session.output(frames.disposition({ role, first: delivery.id, last: delivery.id, settled: true, state }));
  }
  link.connection._register();
}

/** How many messages can be sent. rhea reduces the credit only when it writes a message, and its ring is finite. */
export function usableCredit(sender: Sender): number {
  const { credit, session } = internals.link(sender);
  const unwritten = session.outgoing.next_delivery_id - session.outgoing.next_pending_delivery;
  const usable = Math.min(credit - unwritten, session.outgoing.available());
  return usable > 0 ? usable : 0;
}

/** Sends an encoded message that the client need not settle. */
export function sendSettled(sender: Sender, bytes: Buffer, tag: Buffer): void {
  internals.delivery(sender.send(bytes, tag, 0)).settled = true;
}

/** Returns unused credit after the messages that are already on their way. rhea would count it down one by one. */
export function returnCredit(sender: Sender): void {
  const inside = internals.link(sender);
  inside._get_drain = () => {
    inside.delivery_count += Math.max(inside.credit, 0);
    inside.credit = 0;
    inside._get_drain = () => false;
    return true;
  };
  inside.issue_flow = true;
  inside.connection._register();
}

/** Accepts the settle modes that the client asked for. rhea would answer with its own defaults. */
export function agreeOnSettlement(sender: Sender): void {
  const { attach } = internals.link(sender).local;
  attach.snd_settle_mode = sender.snd_settle_mode;
  attach.rcv_settle_mode = sender.rcv_settle_mode;
}

/** Holds back the answer to an attach, which rhea has already prepared. */
export function holdAttach(link: Sender): void {
  const { state } = internals.link(link);
  state.open_requests = 0;
  state.local_open = false;
}

/** Sends the answer to an attach that `holdAttach` has held back. */
export function answerAttach(link: Sender): void {
  link.open();
  internals.link(link).connection._register();
}

/** Ticks of .NET from the year 1 to 1970. */
const ticksBefore1970 = 621_355_968_000_000_000n;

/** Tells the client which session it got, and until when (ms since 1970). The client library fails without it. */
export function grantSession(link: Sender, address: string, sessionId: string, until: number): void {
  link.set_source({ address, filter: { 'com.microsoft:session-filter': sessionId } });
  const ticks = Buffer.alloc(8);
  ticks.writeBigInt64BE(ticksBefore1970 + BigInt(until) * 10_000n);
  const { attach } = internals.link(link).local;
  attach.properties = { 'com.microsoft:locked-until-utc': rhea.types.wrap_long(ticks) };
}

/** Ends an open link. */
export function detach(link: Sender | Receiver, error: Refusal): void {
  if (!link.is_open()) return;
  link.close(fieldsOf(error));
  internals.link(link).connection._register();
}

/** Refuses a link: attaches it without source and target, which rhea cannot unset, and detaches it with the reason. */
export function refuse(link: Sender | Receiver, error: Refusal): void {
  const { attach } = internals.link(link).local;
  attach.source = undefined;
  attach.target = undefined;
  link.close(fieldsOf(error));
}

function fieldsOf(refusal: Refusal): { condition: string; description: string } {
  const { condition, message } = toAmqpError(refusal);
  return { condition, description: message };
}
