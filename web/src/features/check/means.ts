// A check's means in a browser.

import { beginCheck, checkSocket, endCheck } from '../../api';
import { openLink, until } from './link';
import { measureDown, measureEcho, measureLoss, measureUp } from './measure';
import type { Means } from './run';

export const browserMeans: Means = {
  able: () => typeof RTCPeerConnection === 'function' && typeof WebSocket === 'function',
  begin: beginCheck,
  end: endCheck,
  trySocket: echoes,
  open: openLink,
  echo: measureEcho,
  loss: measureLoss,
  down: measureDown,
  up: measureUp,
};

/** How many messages a socket must bring back: the first shows that it opens, the others that it stays. */
const ECHOES = 4;

/** Sends the token and then some messages; the fastest counts. */
async function echoes(token: string, signal: AbortSignal): Promise<number> {
  const socket = new WebSocket(checkSocket());
  try {
    await until(signal, event(socket, 'open'));
    let best = Infinity;
    for (let n = 0; n < ECHOES; n++) {
      const back = event(socket, 'message');
      const began = performance.now();
      socket.send(n === 0 ? token : `echo ${n}`);
      await until(signal, back);
      if (n > 0) best = Math.min(best, performance.now() - began);
    }
    return best;
  } finally {
    socket.close();
  }
}

/** The next event of a kind; it fails when the socket closes. */
function event(socket: WebSocket, kind: 'open' | 'message'): Promise<void> {
  return new Promise((done, fail) => {
    socket.addEventListener(kind, () => done(), { once: true });
    socket.addEventListener('close', () => fail(new Error('closed')), { once: true });
  });
}
