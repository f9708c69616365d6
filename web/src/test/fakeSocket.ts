// The server's end of a control WebSocket in a test.

import type { ClientMessage, Info, Person, ServerMessage, Welcome } from '../api/control.gen';
import type { Settings } from '../api/rules.gen';
import type { Socket } from '../call/control';

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

const settings: Settings = {
  lobby: 'off', code: false, guests: 'all', names: 'free', before: 'number', start: 'all', opensBefore: 0, lock: 'off',
  hostGone: 'goes_on', hostGoneAfter: 5, speak: 'all', camera: 'all', share: 'all', hands: 'on', reactions: true,
  chat: 'all', chatLinks: false, direct: 'off', files: 'off', fileSize: 20, people: 'all', cameras: 'all', number: true,
  rename: true, arrivals: 'sound', recording: false, stream: false, phone: false, transcript: false, address: 'sie',
  neutralCalendar: false, keepDays: 30,
};

export function infoOf(title: string): Info {
  return { title, kind: 'discussion', level: 'open', settings, startedAt: 0 };
}

export function personOf(id: string, name: string, change: Partial<Person> = {}): Person {
  return { id, name, role: 'participant', joinedAt: 1, ...change };
}

export function welcomeMessage(change: Partial<Welcome> = {}): Welcome {
  return {
    type: 'welcome',
    seq: 10,
    self: 'me',
    person: 'me',
    session: 'secret-1',
    ticket: 'ticket-1',
    role: 'participant',
    may: ['chat'],
    meeting: infoOf('Elternabend'),
    people: [personOf('me', 'Anna')],
    waiting: [],
    chat: [],
    files: [],
    mediaToken: 'token-1',
    ...change,
  };
}
