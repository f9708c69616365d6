// The control WebSocket: one place in one meeting, kept over breaks of the connection. It knows the protocol
// (docs/control.md) and the clock, but neither media nor what the events mean.

import type { ClientMessage, Code, JoinRequest, ServerMessage } from '../api/control.gen';
import type { Clock, Timer } from './clock';

/** A ping goes out this often, and silence this long means that the connection is lost (milliseconds). */
export const PING_EVERY = 2000;
export const SILENCE_LIMIT = 4000;
/** Pauses before the next attempts (milliseconds); the last one repeats. */
export const BACKOFF = [0, 300, 1000, 2000, 4000] as const;

/** The part of WebSocket that is used. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export type ControlState = 'connecting' | 'waiting' | 'open' | 'lost' | 'closed';

/** How one comes: what the person typed, and what gives it a role. */
export type Entry = Omit<JoinRequest, 'type' | 'link' | 'ticket'>;

export interface ControlListener {
  /** waiting: in the lobby. open: in the meeting, all events seen. lost: silent or broken, will try again. closed: for good. */
  onState(state: ControlState): void;
  onMessage(message: ServerMessage): void;
}

export interface ControlOptions {
  readonly link: string;
  readonly entry: Entry;
  /** gives a place back that the server does not know any more */
  readonly ticket: () => string | undefined;
  readonly clock: Clock;
  readonly open: () => Socket;
  readonly listener: ControlListener;
}

/** After these the server does not want us back: only a person can decide to try again. */
const finalCodes: ReadonlySet<Code> = new Set<Code>([
  'meeting_unknown', 'name_invalid', 'too_many', 'bad_message', 'replaced', 'forbidden', 'draining', 'not_allowed', 'locked', 'refused', 'removed', 'ended', 'deleted',
  'companion_unknown', 'companion_over', 'access_code_needed', 'access_code_wrong', 'too_many_codes', 'not_yet', 'expired', 'sign_in_needed', 'invited_only',
]);

export class Control {
  readonly #options: ControlOptions;
  #state: ControlState = 'connecting';
  #socket: Socket | undefined;
  #session: string | undefined;
  #seq = 0;
  #heardAt = 0;
  #failures = 0;
  #retry: Timer | undefined;
  #beat: Timer | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  get state(): ControlState {
    return this.#state;
  }

  start(): void {
    this.#connect();
  }

  /** Sends when in the meeting; says whether it did. Who waits can only leave, and tell hosts something. */
  send(message: ClientMessage): boolean {
    const needed: ControlState = message.type === 'message_hosts' ? 'waiting' : 'open';
    if (this.#state !== needed || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Gives up the place and ends; nothing is called after it. */
  leave(): void {
    if (this.#isIn) this.#socket?.send('{"type":"leave"}');
    this.#end();
  }

  #connect(): void {
    const { clock, open, link } = this.#options;
    this.#retry = undefined;
    const socket = open();
    this.#socket = socket;
    this.#heardAt = clock.now();
    socket.onopen = () => {
      const again: ClientMessage | undefined = this.#session ? { type: 'rejoin', link, session: this.#session, seq: this.#seq } : undefined;
      socket.send(JSON.stringify(again ?? this.#join()));
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lose();
    };
    this.#beat = clock.after(PING_EVERY, () => this.#tick(socket));
  }

  #tick(socket: Socket): void {
    const { clock } = this.#options;
    if (clock.now() - this.#heardAt >= SILENCE_LIMIT) {
      this.#lose();
      return;
    }
    if (this.#isIn) socket.send('{"type":"ping"}');
    const untilSilent = this.#heardAt + SILENCE_LIMIT - clock.now();
    this.#beat = clock.after(Math.min(PING_EVERY, untilSilent), () => this.#tick(socket));
  }

  #hear(data: unknown): void {
    this.#heardAt = this.#options.clock.now();
    const message = parse(data);
    if (!message) return;
    switch (message.type) {
      case 'welcome':
        this.#session = message.session;
        this.#seq = message.seq;
        this.#options.listener.onMessage(message);
        this.#reached('open');
        return;
      case 'resumed':
        this.#reached('open');
        return;
      case 'lobby':
        this.#session = message.session;
        this.#seq = 0;
        this.#options.listener.onMessage(message);
        this.#reached('waiting');
        return;
      case 'error':
        if (message.code === 'session_unknown') return this.#joinAnew();
        break;
      case 'closing':
        this.#options.listener.onMessage(message);
        if (finalCodes.has(message.code)) this.#end();
        return;
      default:
        if (!('seq' in message)) break; // no event: it has no place in the sequence
        if (message.seq <= this.#seq) return; // seen before the break
        this.#seq = message.seq;
    }
    this.#options.listener.onMessage(message);
    if (message.type === 'error' && !this.#isIn && finalCodes.has(message.code)) this.#end();
  }

  #reached(state: 'open' | 'waiting'): void {
    this.#failures = 0;
    this.#setState(state);
  }

  get #isIn(): boolean {
    return this.#state === 'open' || this.#state === 'waiting';
  }

  #join(): ClientMessage {
    const ticket = this.#options.ticket();
    return { type: 'join', link: this.#options.link, ...this.#options.entry, ...(ticket === undefined ? {} : { ticket }) };
  }

  #joinAnew(): void {
    this.#session = undefined;
    this.#seq = 0;
    this.#socket?.send(JSON.stringify(this.#join()));
  }

  #lose(): void {
    this.#drop();
    const pause = BACKOFF[Math.min(this.#failures, BACKOFF.length - 1)] ?? 0;
    this.#failures += 1;
    this.#retry = this.#options.clock.after(pause, () => this.#connect());
    this.#setState(this.#state === 'connecting' ? 'connecting' : 'lost');
  }

  #end(): void {
    if (this.#retry !== undefined) this.#options.clock.cancel(this.#retry);
    this.#drop();
    this.#setState('closed');
  }

  #drop(): void {
    if (this.#beat !== undefined) this.#options.clock.cancel(this.#beat);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #setState(state: ControlState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.listener.onState(state);
  }
}

/** Unknown types pass: the listener ignores what it does not know. Anything but an object with a type does not. */
function parse(data: unknown): ServerMessage | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const message: unknown = JSON.parse(data);
    const isMessage = typeof message === 'object' && message !== null && 'type' in message;
    return isMessage ? (message as ServerMessage) : undefined;
  } catch {
    return undefined;
  }
}
