// The server's end of a control WebSocket in a test.

import type { ClientMessage, Lobby, ServerMessage, Welcome } from '../api/control.gen';
import type { Socket } from '../call/control';
import { info, participates, somebody } from './meeting';

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: ClientMessage[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientMessage);
  }

  close(): void {
    this.closed = true;
  }

  /** The connection stands. */
  open(): void {
    this.onopen?.();
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The connection breaks. */
  breakOff(): void {
    this.onclose?.();
  }

  get types(): readonly string[] {
    return this.sent.map((message) => message.type);
  }
}

/** Opens sockets for a Control and keeps them. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];

  readonly open = (): FakeSocket => {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  /** Accepts the newest connection and its join. */
  welcome(change: Partial<Welcome> = {}): void {
    this.last.open();
    this.last.say(welcomeMessage(change));
  }
}

export function welcomeMessage(change: Partial<Welcome> = {}): Welcome {
  return {
    type: 'welcome',
    seq: 10,
    self: 'me',
    person: change.self ?? 'me',
    session: 'secret-1',
    ticket: 'ticket-1',
    role: 'participant',
    may: [...participates],
    meeting: info({ title: 'Elternabend' }),
    people: [somebody('me', 'Anna')],
    waiting: [],
    chat: [],
    files: [],
    mediaToken: 'token-1',
    ...change,
  };
}

export function lobbyMessage(change: Partial<Lobby> = {}): Lobby {
  return {
    type: 'lobby', session: 'secret-0', self: 'me', name: 'Anna', title: 'Elternabend', host: 'Ben', kind: 'discussion', level: 'internal', address: 'sie', why: 'lobby', notices: [], asked: [], may: true, ...change,
  };
}
