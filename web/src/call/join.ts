// The real Call: real sockets, real time, livekit-client's Room.

import { Call } from './Call';
import { realClock } from './clock';
import type { Entry, Socket } from './control';
import { connectOptions, newRoom } from './room';
import type { Prepared } from './sources';
import { download, upload } from './transfer';
import { tabBox } from '../value';

export interface JoinInput {
  readonly link: string;
  readonly entry: Entry;
  /** Hands over what the person switched on before coming in, each time that it comes in. */
  readonly prepared: () => Prepared;
}

/** Begins to join; watch `phase` for the outcome. */
export function joinCall({ link, entry, prepared }: JoinInput): Call {
  const origin = window.location.origin.replace(/^http/, 'ws');
  const call = new Call({
    link,
    entry,
    ticket: tabBox('konklave.ticket', link),
    prepared,
    mediaUrl: origin,
    clock: realClock,
    openSocket: () => openSocket(`${origin}/control`),
    devices: { microphone: undefined, camera: undefined },
    newRoom,
    connectOptions,
    newId: randomId,
    upload,
    download,
  });
  call.start();
  return call;
}

function openSocket(url: string): Socket {
  const real = new WebSocket(url);
  const socket: Socket = {
    send: (text) => {
      if (real.readyState === WebSocket.OPEN) real.send(text);
    },
    close: () => real.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  real.onopen = () => socket.onopen?.();
  real.onmessage = (event: MessageEvent<unknown>) => socket.onmessage?.(event);
  real.onclose = () => socket.onclose?.();
  return socket;
}

/** 128 random bits in hex. crypto.randomUUID would need a secure context, and this runs on http://localhost as well. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
