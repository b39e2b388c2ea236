import { createRequire } from 'node:module';
import rhea, { type Connection, type Delivery, type Receiver, type Sender } from 'rhea';
import type { FrameSocket } from '../frameSocket.ts';

/*
 * The internals of rhea 3.0.5 that its types do not declare. Only this folder uses them. rhea is written for clients of
 * well-behaved servers, so each workaround here names the behaviour of rhea that makes it necessary.
 */

export type Performative = Record<string, unknown>;
export type Frame = { readonly channel: number; readonly performative: Performative; payload?: Buffer };
export type FrameHandler = 'on_open' | 'on_begin' | 'on_attach' | 'on_transfer' | 'on_disposition';
type Ring = { get_head(): { id: number } | undefined; get_tail(): { id: number } | undefined };
type PartialDelivery = { frames: Buffer[] };
type ReceiverInternals = { readonly credit: number; _incomplete?: PartialDelivery };

type SessionInternals = {
  readonly links: Record<string, unknown>;
  readonly remote: { readonly handles: Record<number, ReceiverInternals | undefined> };
  readonly incoming: { readonly deliveries: Ring };
  readonly outgoing: {
    readonly deliveries: Ring;
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    available(): number;
  };
  output(frame: unknown): void;
};
export type ConnectionInternals = Record<FrameHandler, (frame: Frame) => void> & {
  readonly remote_channel_map: Record<number, SessionInternals | undefined>;
  accept(socket: FrameSocket): void;
  idle(): void;
  _process(): void;
  _register(): void;
};
type LinkInternals = {
  readonly state: { open_requests: number; local_open: boolean };
  readonly session: SessionInternals;
  readonly connection: ConnectionInternals;
  readonly local: { readonly attach: Performative };
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  _get_drain(): boolean;
};
type DeliveryInternals = { settled: boolean; remote_settled: boolean };

/** Casts rhea's objects to their internal types. */
export const internals = {
  connection: (connection: Connection) => connection as unknown as ConnectionInternals,
  link: (link: Sender | Receiver) => link as unknown as LinkInternals,
  delivery: (delivery: Delivery) => delivery as unknown as DeliveryInternals,
};

// rhea has no public function that writes a frame, and it merges dispositions that must stay apart (see `answer`).
export const frames = createRequire(import.meta.url)('rhea/lib/frames.js') as {
  disposition(fields: Performative): unknown;
};
export const termini = createRequire(import.meta.url)('rhea/lib/terminus.js') as {
  target(fields: Performative): { described(): unknown };
};
export const outcomes = rhea.message as unknown as Record<
  'accepted' | 'rejected',
  (fields?: object) => { described(): unknown }
>;
