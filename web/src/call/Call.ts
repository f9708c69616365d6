// One person's stay in one meeting: joins the control connection and the media connection together and shows the
// result as values. No React here, and no clock or network of its own.

import type { Room, RoomConnectOptions } from 'livekit-client';
import type { Changed, ClientMessage, Code, Hearing, Person, ServerMessage } from '../api/control.gen';
import type { FailureCode } from '../errors';
import { encodeText, type Ref } from './chat';
import { Conduct, type Asked, type Declined } from './conduct';
import { Control, type ControlState, type Entry, type Socket } from './control';
import { type Clock, type Timer } from './clock';
import type { CallDevice } from './devices';
import type { Fault } from './faults';
import { Files, type FilesOptions, type Transfer } from './files';
import { HelpDesk, type Help } from './help';
import { LineWatch } from './line';
import { foldLobby, type LobbyView } from './lobby';
import { maySend } from './may';
import { Media, type MediaState } from './media';
import { NewsDesk, type News } from './news';
import { addSending, emptyRoster, fold, type Roster } from './roster';
import type { DeviceChoice } from './room';
import type { OwnSource, OwnState, Prepared } from './sources';
import { usualManner, type Manner } from './manner';
import { tilesOf, type Tile } from './tiles';
import { silences, troubleOf, type Trouble } from './trouble';
import { Cell, type TabBox, type Value } from '../value';
import type { CallView, DeviceFailure, Ending, Maintenance, Order, Own, Phase } from './view';

export interface CallOptions extends Pick<FilesOptions, 'newId' | 'upload' | 'download'> {
  readonly link: string;
  readonly entry: Entry;
  /** Gives a person its role back without the lobby; it is kept while the person is in, and forgotten when it leaves. */
  readonly ticket: TabBox;
  /** Hands over what the person switched on before coming in. */
  readonly prepared: () => Prepared;
  readonly mediaUrl: string;
  readonly clock: Clock;
  readonly openSocket: () => Socket;
  /** chosen before joining */
  readonly devices: DeviceChoice;
  readonly newRoom: (choice: DeviceChoice) => Room;
  readonly connectOptions: RoomConnectOptions;
}

/** A chat message may be this long (UTF-16 units, as an input's maxLength counts). */
export const CHAT_LIMIT = 2000;
/** Without being in the first time for this long, or again for that long, it gives up (milliseconds). */
const FIRST_LIMIT = 20_000;
const AGAIN_LIMIT = 90_000;
/** The control connection may be lost for this long before it is worth a banner: mostly it is back at once. */
const CONTROL_BANNER_AFTER = 3000;
/** While media is down, a fresh token is asked for this often. */
const TOKEN_EVERY = 2000;

const failures: Partial<Readonly<Record<Code, FailureCode>>> = {
  meeting_unknown: 'link_unknown',
  name_invalid: 'name_invalid',
  too_many: 'meeting_full',
  rate_limited: 'rate_limited',
  draining: 'maintenance',
  replaced: 'replaced',
  locked: 'locked',
  not_allowed: 'not_invited',
  companion_unknown: 'companion_unknown',
  access_code_needed: 'code_wrong',
  access_code_wrong: 'code_wrong',
  too_many_codes: 'rate_limited',
  not_yet: 'not_yet',
  expired: 'expired',
  sign_in_needed: 'sign_in_needed',
  invited_only: 'not_invited',
};

/** What the server says for good, and is no failure. */
const endings: Partial<Readonly<Record<Code, Ending>>> = { ended: 'ended', deleted: 'deleted', removed: 'removed', refused: 'refused', companion_over: 'companion' };

export class Call implements CallView {
  readonly #options: CallOptions;
  readonly #control: Control;
  readonly #media: Media;
  readonly #conduct: Conduct;
  readonly #files: Files;
  readonly #help: HelpDesk;
  readonly #line: LineWatch;
  readonly #news: NewsDesk;
  readonly #phase = new Cell<Phase>({ kind: 'connecting' });
  readonly #lobby = new Cell<LobbyView | undefined>(undefined);
  readonly #roster = new Cell<Roster>(emptyRoster);
  readonly #tiles = new Cell<readonly Tile[]>([]);
  readonly #own = new Cell<Own>({ microphone: 'off', camera: 'off', screen: 'off' });
  readonly #trouble = new Cell<Trouble | undefined>(undefined);
  readonly #ready = new Cell(false);
  readonly #maintenance = new Cell<Maintenance | undefined>(undefined);
  readonly #devices: Cell<DeviceChoice>;
  readonly #manner = new Cell<Manner>(usualManner);
  readonly #deviceFailure = new Cell<DeviceFailure | undefined>(undefined);
  #wasUp = false;
  #triedAgain = true;
  #refreshing = false;
  #giveUp: Timer | undefined;
  #askToken: Timer | undefined;
  #controlBanner: Timer | undefined;
  #controlMissed = false;
  #serverEnded = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#devices = new Cell(options.devices);
    this.#news = new NewsDesk(options.clock);
    this.#conduct = new Conduct(options.clock);
    this.#help = new HelpDesk(options.clock);
    this.#conduct.reactions.subscribe(() => this.#refreshSoon());
    this.#files = new Files({ ...options, send: (message) => this.#control.send(message) });
    this.#control = new Control({
      ...options,
      ticket: options.ticket.get,
      open: options.openSocket,
      listener: { onState: (state) => this.#controlChanged(state), onMessage: (message) => this.#hear(message) },
    });
    this.#media = new Media({
      ...options,
      url: options.mediaUrl,
      listener: {
        onChange: () => this.#refreshSoon(),
        onState: (state) => this.#mediaChanged(state),
        onRefused: (code) => this.#fail(code),
        onDeviceFailure: (source, code) => this.#deviceFailure.set({ source, code }),
        onDeviceReplaced: (device, label) => this.#news.replaced(device, label),
      },
    });
    this.#line = new LineWatch(options.clock, this.#media);
    this.#line.weak.subscribe(() => this.#refreshSoon());
  }

  get phase(): Value<Phase> { return this.#phase; }
  get lobby(): Value<LobbyView | undefined> { return this.#lobby; }
  get roster(): Value<Roster> { return this.#roster; }
  get tiles(): Value<readonly Tile[]> { return this.#tiles; }
  get own(): Value<Own> { return this.#own; }
  get audience(): Value<readonly Hearing[]> { return this.#conduct.audience; }
  get asked(): Value<Asked | undefined> { return this.#conduct.asked; }
  get stopped(): Value<Asked | undefined> { return this.#conduct.stopped; }
  get declined(): Value<Declined | undefined> { return this.#conduct.declined; }
  get transfers(): Value<readonly Transfer[]> { return this.#files.transfers; }
  get pass(): Value<string | undefined> { return this.#conduct.pass; }
  get help(): Value<Help> { return this.#help.state; }
  get trouble(): Value<Trouble | undefined> { return this.#trouble; }
  get fault(): Value<Fault | undefined> { return this.#line.own; }
  get ready(): Value<boolean> { return this.#ready; }
  get maintenance(): Value<Maintenance | undefined> { return this.#maintenance; }
  get news(): Value<News> { return this.#news.latest; }
  get deviceFailure(): Value<DeviceFailure | undefined> { return this.#deviceFailure; }

  get devices(): Value<DeviceChoice> { return this.#devices; }
  get manner(): Value<Manner> { return this.#manner; }

  start(): void {
    this.#watchForGivingUp();
    this.#control.start();
  }

  set(source: OwnSource, on: boolean): void {
    this.#deviceFailure.set(undefined);
    if (on && !maySend(this.#roster.get(), source)) return;
    void this.#media.set(source, on);
  }

  choose(device: CallDevice, id: string): void {
    this.#deviceFailure.set(undefined);
    void this.#media.choose(device, id);
  }

  prefer(change: Partial<Manner>): void {
    this.#deviceFailure.set(undefined);
    void this.#media.prefer(change);
  }

  dismissDeviceFailure(): void {
    this.#deviceFailure.set(undefined);
  }

  startSound(): void {
    void this.#media.startSound();
  }

  say(text: string, to?: string): void {
    const trimmed = text.trim().slice(0, CHAT_LIMIT);
    if (trimmed === '') return;
    const id = this.#options.newId();
    this.#roster.set(addSending(this.#roster.get(), id, trimmed, Date.now(), to));
    this.#sendChat(id, trimmed, to);
  }

  edit(id: string, text: string): void {
    const trimmed = text.trim().slice(0, CHAT_LIMIT);
    if (trimmed !== '') this.#control.send({ type: 'edit', id, keyId: 0, body: encodeText(trimmed) });
  }

  erase({ id, from }: Ref): void {
    this.#control.send(from === this.#roster.get().person ? { type: 'delete', id } : { type: 'delete', id, from });
  }

  give(file: File, to?: string): void {
    this.#files.give(file, to);
  }

  get({ id, from }: Ref, name: string): void {
    this.#files.get(from, id, name);
  }

  dismissTransfer(id: string): void {
    this.#files.dismiss(id);
  }

  order(order: Order): void {
    const heard = this.#control.send(order);
    if (order.type === 'help.start' || order.type === 'help.stop') this.#help.asked(order.type, heard);
  }

  tellWaiting(text: string, ids?: readonly string[]): void {
    const trimmed = text.trim().slice(0, CHAT_LIMIT);
    if (trimmed === '') return;
    this.#control.send({ type: 'message_waiting', keyId: 0, body: encodeText(trimmed), ...(ids ? { ids: [...ids] } : { all: true }) });
  }

  askHosts(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    this.#control.send({ type: 'message_hosts', keyId: 0, body: encodeText(trimmed) });
  }

  answer(yes: boolean): void {
    const asked = this.#conduct.asked.get();
    this.#conduct.answered();
    if (yes && asked) this.set(asked.device, true);
  }

  leave(): void {
    this.#finish({ kind: 'left', how: 'left' });
  }

  close(): void {
    this.#finish({ kind: 'left', how: 'left' }, true);
  }

  #sendChat(id: string, text: string, to: string | undefined): void {
    const message: ClientMessage = { type: 'chat', id, keyId: 0, body: encodeText(text) };
    this.#control.send(to === undefined ? message : { ...message, to });
  }

  #hear(message: ServerMessage): void {
    const before = this.#roster.get();
    this.#roster.set(fold(before, message));
    this.#lobby.set(foldLobby(this.#lobby.get(), message));
    this.#conduct.hear(message);
    this.#files.hear(message);
    this.#help.hear(message);
    switch (message.type) {
      case 'welcome':
        this.#welcomed(before.self, message.self, message.mediaToken);
        if (message.ticket !== '') this.#options.ticket.keep(message.ticket);
        break;
      case 'lobby':
        this.#waits();
        break;
      case 'token':
        if (this.#media.state === 'down') void this.#media.connect(message.mediaToken);
        break;
      case 'stopped':
        void this.#media.set(message.device, false);
        break;
      case 'joined':
        this.#news.joined(message.person.name);
        break;
      case 'left':
        this.#news.left(nameOf(before.people, message.id));
        break;
      case 'knocked':
        this.#news.waits(message.person.name);
        break;
      case 'changed':
        this.#changed(before, message);
        break;
      case 'chat':
      case 'file':
        if (message.from !== before.person) this.#news.message(before.names.get(message.from) ?? '');
        break;
      case 'maintenance':
        this.#maintenance.set(message.active ? { until: message.until } : undefined);
        break;
      case 'error':
        if (message.ref === undefined && this.#control.state !== 'open') this.#refused(message.code);
        break;
      case 'closing':
        this.#closing(message.code);
        break;
    }
    this.#stopWhatIsNotAllowed();
    this.#refreshSoon();
  }

  /** A hand that goes up concerns who conducts, and a role the one who gets it. */
  #changed(before: Roster, { person, by }: Changed): void {
    const was = before.people.find((one) => one.id === person.id);
    if (person.id === before.person) {
      if (was && was.role !== person.role) this.#news.role(person.role, before.names.get(by ?? '') ?? '');
    } else if (person.hand && !was?.hand && before.may.has('lower_hand')) this.#news.hand(person.name);
  }

  #closing(code: Code): void {
    const ending = endings[code];
    const failure = failures[code];
    if (code === 'shutting_down') this.#serverEnds();
    else if (ending) this.#finish({ kind: 'left', how: ending });
    else if (failure) this.#fail(failure);
  }

  // Its media end with it: better stop sending now than when the connection is found dead.
  #serverEnds(): void {
    this.#serverEnded = true;
    this.#media.hold();
    this.#watchForGivingUp();
  }

  // A refused join ends it; so does a refused rejoin, unless waiting may help.
  #refused(code: Code): void {
    const joining = this.#phase.get().kind === 'connecting';
    const ending = endings[code];
    if (ending) this.#finish({ kind: 'left', how: ending });
    else if (joining || (failures[code] && code !== 'rate_limited')) this.#fail(failures[code] ?? 'unexpected');
  }

  #welcomed(before: string, self: string, token: string): void {
    this.#phase.set({ kind: 'in' });
    if (self !== before || this.#media.state === 'down') {
      this.#watchForGivingUp();
      void this.#media.connect(token);
    }
  }

  // Whoever waits sends nothing, and knows nothing of the meeting.
  #waits(): void {
    this.#phase.set({ kind: 'waiting' });
    this.#stopGivingUp();
    void this.#media.rest();
  }

  // The floor was taken back, or the role. The server forwards nothing of it any more; the device goes off too.
  #stopWhatIsNotAllowed(): void {
    const roster = this.#roster.get();
    if (roster.meeting === undefined) return;
    for (const source of ['microphone', 'camera', 'screen'] as const) {
      if (this.#media.own(source) !== 'off' && !maySend(roster, source)) void this.#media.set(source, false);
    }
  }

  #controlChanged(state: ControlState): void {
    this.#watchControl(state);
    if (state === 'lost') {
      this.#help.lost();
      this.#maintenance.set(undefined); // told again where it still holds
      if (this.#phase.get().kind === 'waiting') this.#watchForGivingUp();
    }
    if (state === 'open') {
      this.#help.back();
      if (this.#serverEnded) this.#serverIsBack();
      const waiting = this.#roster.get().chat.filter((line) => line.state === 'sending');
      for (const line of waiting) this.#sendChat(line.id, line.text ?? '', line.to);
    }
    if (state === 'closed' && this.#phase.get().kind !== 'left') this.#fail('unexpected');
    this.#refreshSoon();
  }

  #serverIsBack(): void {
    this.#serverEnded = false;
    if (this.#media.state !== 'up') return; // its connection opens the gate
    this.#media.resume();
    this.#stopGivingUp();
  }

  #watchControl(state: ControlState): void {
    const { clock } = this.#options;
    if (this.#controlBanner !== undefined) clock.cancel(this.#controlBanner);
    this.#controlMissed = false;
    if (state !== 'lost') return;
    this.#controlBanner = clock.after(CONTROL_BANNER_AFTER, () => {
      this.#controlMissed = true;
      this.#refreshSoon();
    });
  }

  #mediaChanged(state: MediaState): void {
    if (state === 'up') this.#line.start();
    else this.#line.stop();
    if (this.#phase.get().kind === 'waiting') return;
    if (state === 'up') {
      this.#wasUp = true;
      this.#triedAgain = false;
      this.#ready.set(true);
      this.#stopGivingUp();
    } else {
      this.#watchForGivingUp();
    }
    if (state === 'down') this.#askForToken();
  }

  // Media is down for good: only a new token helps, and that comes by the control connection once it is back.
  #askForToken(): void {
    if (this.#askToken !== undefined) return;
    const pause = this.#triedAgain ? TOKEN_EVERY : 0;
    this.#triedAgain = true;
    this.#askToken = this.#options.clock.after(pause, () => {
      this.#askToken = undefined;
      if (this.#media.state !== 'down' || this.#phase.get().kind === 'waiting') return;
      this.#control.send({ type: 'token' });
      this.#askToken = this.#options.clock.after(TOKEN_EVERY, () => {
        this.#askToken = undefined;
        if (this.#media.state === 'down') this.#askForToken();
      });
    });
  }

  #watchForGivingUp(): void {
    if (this.#giveUp !== undefined) return;
    this.#giveUp = this.#options.clock.after(this.#wasUp ? AGAIN_LIMIT : FIRST_LIMIT, () => {
      if (this.#control.state === 'open') this.#fail('media_blocked');
      else this.#fail(this.#serverEnded ? 'server_stopped' : 'server_gone');
    });
  }

  #stopGivingUp(): void {
    if (this.#giveUp !== undefined) this.#options.clock.cancel(this.#giveUp);
    this.#giveUp = undefined;
  }

  #fail(code: FailureCode): void {
    this.#finish({ kind: 'failed', code });
  }

  #finish(phase: Phase, keepTicket = false): void {
    const now = this.#phase.get().kind;
    if (now === 'left' || now === 'failed') return;
    this.#phase.set(phase);
    if (phase.kind === 'left' && !keepTicket) this.#options.ticket.forget();
    for (const timer of [this.#giveUp, this.#askToken, this.#controlBanner]) if (timer !== undefined) this.#options.clock.cancel(timer);
    this.#news.close();
    this.#conduct.close();
    this.#help.forget();
    this.#control.leave();
    void this.#media.leave();
  }

  // Many events come at once; the tiles are worked out once for all of them.
  #refreshSoon(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.#refresh();
    });
  }

  #refresh(): void {
    const media = this.#media;
    const { gate, soundBlocked } = media;
    const trouble = troubleOf({ gate, soundBlocked, serverEnded: this.#serverEnded, controlMissed: this.#controlMissed });
    // What was heard last says nothing of who speaks while nothing comes.
    const persons = silences(trouble) ? media.persons().map((person) => ({ ...person, speaking: false })) : media.persons();
    this.#tiles.set(tilesOf(this.#roster.get(), persons, this.#conduct.reactions.get(), this.#tiles.get(), this.#line.weak.get()));
    const own = { microphone: this.#ownState('microphone'), camera: this.#ownState('camera'), screen: this.#ownState('screen') };
    if (!sameOwn(own, this.#own.get())) this.#own.set(own);
    if (media.choice !== this.#devices.get()) this.#devices.set(media.choice);
    if (media.manner !== this.#manner.get()) this.#manner.set(media.manner);
    const before = this.#trouble.get();
    this.#trouble.set(trouble);
    if (silences(before) && !silences(trouble) && this.#phase.get().kind === 'in') this.#news.back();
  }

  /** On only when the server says that it receives it. */
  #ownState(source: OwnSource): OwnState {
    const state = this.#media.own(source);
    return state === 'on' && !this.#conduct.receives(source, this.#roster.get().self) ? 'starting' : state;
  }
}

function sameOwn(a: Own, b: Own): boolean {
  return a.microphone === b.microphone && a.camera === b.camera && a.screen === b.screen;
}

function nameOf(people: readonly Person[], id: string): string {
  return people.find((person) => person.id === id)?.name ?? '';
}
