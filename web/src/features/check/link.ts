// One way to the server: a PeerConnection with two data channels, on which the server answers.

import { answerPath, type CheckPath } from '../../api';

/** The kinds of messages: their first byte (docs/control.md). */
export const Kind = { echo: 1, up: 2, down: 3, busy: 4, enough: 5 } as const;

export type Channel = 'reliable' | 'lossy';

/** A way that stands. */
export interface Link {
  send(channel: Channel, message: Uint8Array<ArrayBuffer>): void;
  /** Calls back for each message; returns the way to stop. */
  listen(onMessage: (message: Uint8Array) => void): () => void;
  close(): void;
}

/** Opens a path. It fails when signal says that it took too long. */
export async function openLink(token: string, path: CheckPath, signal: AbortSignal): Promise<Link> {
  const connection = new RTCPeerConnection({
    iceServers: [...path.relay],
    iceTransportPolicy: path.relay.length > 0 ? 'relay' : 'all',
  });
  try {
    const channels = {
      reliable: connection.createDataChannel('_reliable'),
      lossy: connection.createDataChannel('_lossy', { ordered: false, maxRetransmits: 0 }),
    };
    for (const channel of Object.values(channels)) channel.binaryType = 'arraybuffer';
    const opened = Promise.all(Object.values(channels).map(isOpen));
    await connection.setLocalDescription();
    const answer = await until(signal, answerPath(token, path.name, connection.localDescription?.sdp ?? ''));
    // Addresses of this device are sent to nobody: the server answers to where the checks come from.
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    await until(signal, opened);
    return linkOf(connection, channels);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function linkOf(connection: RTCPeerConnection, channels: Readonly<Record<Channel, RTCDataChannel>>): Link {
  const all = Object.values(channels);
  return {
    send: (channel, message) => {
      // A channel that has just closed: what is lost shows in the measurement.
      if (channels[channel].readyState === 'open') channels[channel].send(message);
    },
    listen: (onMessage) => {
      const hear = (event: MessageEvent<ArrayBuffer>) => onMessage(new Uint8Array(event.data));
      for (const channel of all) channel.addEventListener('message', hear);
      return () => {
        for (const channel of all) channel.removeEventListener('message', hear);
      };
    },
    close: () => connection.close(),
  };
}

function isOpen(channel: RTCDataChannel): Promise<void> {
  return new Promise((done) => channel.addEventListener('open', () => done(), { once: true }));
}

/** The promise, unless the signal comes first. */
export function until<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const stop = () => fail(new Error('it took too long'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(done, fail).finally(() => signal.removeEventListener('abort', stop));
  });
}
