import rhea, { type Connection, type ConnectionOptions, type Container } from 'rhea';
import { maxMessageBytes } from '../../broker/message.ts';
import { maxFrameBytes, type FrameSocket } from '../frameSocket.ts';
import { boundWhatPeersAnnounce, channelMax } from './incoming.ts';
import { internals } from './internals.ts';

const idleTimeoutMs = 60_000;
const closeGraceMs = 1000;

/** The only condition after which client libraries reconnect. */
const forced = (description: string) => ({ condition: 'amqp:connection:forced', description });

export const createContainer = (): Container => rhea.create_container({ id: 'service-bus' });

/** Serves AMQP on this socket. Calls `fail` with an error after which the connection cannot continue. */
export function acceptConnection(
  container: Container,
  socket: FrameSocket,
  fail: (error: unknown) => void,
): Connection {
  const options: object = {
    idle_time_out: idleTimeoutMs,
    max_frame_size: maxFrameBytes,
    channel_max: channelMax,
    receiver_options: { autoaccept: false, credit_window: 0, max_message_size: maxMessageBytes },
    // The broker itself settles, and it treats a modified delivery differently from a released one.
    sender_options: { autosettle: false, treat_modified_as_released: false },
  };
  // rhea has types for clients only, and those must name a host.
  const connection = container.create_connection(options as ConnectionOptions);
  const inside = internals.connection(connection);
  boundWhatPeersAnnounce(inside);

  // rhea would close an idle connection with a condition after which clients never reconnect.
  inside.idle = () => closeConnection(connection, socket, 'The connection was inactive for too long.');
  // rhea runs this from a bare `nextTick`, where an exception would end the process.
  const process = inside._process.bind(inside);
  inside._process = () => {
    try {
      process();
    } catch (error) {
      fail(error);
    }
  };
  inside.accept(socket);
  return connection;
}

/** Ends a connection so that its client reconnects. Destroys the socket if the client does not answer. */
export function closeConnection(connection: Connection, socket: FrameSocket, why: string): void {
  if (!connection.is_closed()) connection.close(forced(why));
  setTimeout(() => socket.destroy(), closeGraceMs).unref();
}
