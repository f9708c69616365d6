// The media connection: livekit-client's Room over its whole life, including the Rooms that follow when one is gone
// for good. It owns the gate and knows nothing of meetings, names or chat.

import { ConnectionState, DisconnectReason, RoomEvent, type Room, type RoomConnectOptions } from 'livekit-client';
import { deviceFailure, type FailureCode } from '../errors';
import type { Clock } from './clock';
import type { Grade } from './faults';
import type { Stat } from './figures';
import { SendGate, type GateState } from './gate';
import { gradeOf, hearing, mediaPersons, sending, type MediaPerson } from './persons';
import { switchDevice, watchDevices, type CallDevice, type Input } from './devices';
import { changeManner, usualManner, type Manner } from './manner';
import { listen } from './patience';
import { statsOf, type DeviceChoice } from './room';
import { isSent, outlets, switchOff, switchOn, type OwnSource, type OwnState, type Prepared } from './sources';
import { save } from './thrift';

/** connecting: a Room is being joined. up. resuming: livekit-client repairs it. down: needs connect(token) again. */
export type MediaState = 'connecting' | 'up' | 'resuming' | 'down' | 'closed';

export interface MediaListener {
  /** Anything that the interface may show has changed. */
  onChange(): void;
  onState(state: MediaState): void;
  /** The server ended it and does not want this client back. */
  onRefused(code: FailureCode): void;
  onDeviceFailure(source: OwnSource | undefined, code: FailureCode): void;
  /** A device went away and another one took its place without being asked to. */
  onDeviceReplaced(device: Input, label: string): void;
}

export interface MediaOptions {
  readonly url: string;
  readonly clock: Clock;
  /** chosen before joining */
  readonly devices: DeviceChoice;
  readonly newRoom: (choice: DeviceChoice) => Room;
  readonly connectOptions: RoomConnectOptions;
  /** Hands over what the person switched on before coming in. Asked for once for each time that the person comes in. */
  readonly prepared: () => Prepared;
  readonly listener: MediaListener;
}

/** After any of these the snapshot may differ. */
const changes = [
  RoomEvent.ParticipantConnected, RoomEvent.ParticipantDisconnected, RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished, RoomEvent.TrackSubscribed, RoomEvent.TrackUnsubscribed, RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted, RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged, RoomEvent.AudioPlaybackStatusChanged, RoomEvent.TrackStreamStateChanged,
] as const;

export class Media {
  readonly #options: MediaOptions;
  readonly #gate: SendGate;
  readonly #starting = new Set<OwnSource>();
  /** What the person wants sent; kept when a Room is gone, so that the next one sends it again. */
  readonly #wanted = new Set<OwnSource>();
  #choice: DeviceChoice;
  #manner = usualManner;
  /** undefined: the person is not in yet, or waits again */
  #prepared: Prepared | undefined;
  #room: Room | undefined;
  #endAdapting: () => void = () => undefined;
  /** counts the connections, so that a late step of an older one is none */
  #turn = 0;
  #state: MediaState = 'down';

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#choice = options.devices;
    this.#gate = new SendGate(options.clock, () => (this.#room ? outlets(this.#room) : []), options.listener.onChange);
  }

  get state(): MediaState {
    return this.#state;
  }

  get choice(): DeviceChoice {
    return this.#choice;
  }

  get manner(): Manner {
    return this.#manner;
  }

  get gate(): GateState {
    return this.#gate.state;
  }

  /** There is something to hear, and the browser wants a click first. */
  get soundBlocked(): boolean {
    if (this.#state !== 'up' || this.#room?.canPlaybackAudio !== false) return false;
    return this.persons().some((person) => person.voice ?? person.screenSound);
  }

  persons(): readonly MediaPerson[] {
    return this.#room ? mediaPersons(this.#room) : [];
  }

  /** How the server grades this person's line. */
  get grade(): Grade {
    return gradeOf(this.#room?.localParticipant.connectionQuality);
  }

  /** What the browser counts of the connection. */
  async stats(): Promise<readonly Stat[]> {
    return this.#room ? statsOf(this.#room) : [];
  }

  own(source: OwnSource): OwnState {
    if (this.#starting.has(source)) return 'starting';
    const sent = this.#room !== undefined && isSent(this.#room, source);
    if (this.#state === 'up' && this.#gate.state === 'open') return sent ? 'on' : 'off';
    if (!sent && !this.#wanted.has(source)) return 'off';
    return this.#state === 'connecting' && this.#gate.state === 'open' ? 'starting' : 'paused';
  }

  /** Joins with a fresh token; leaves the former Room first. Failure shows as the state down. */
  async connect(token: string): Promise<void> {
    if (this.#state === 'closed') return;
    this.#takePrepared();
    const turn = ++this.#turn;
    await this.#drop();
    if (turn !== this.#turn) return; // sent back to the lobby meanwhile, or connected anew
    const room = this.#options.newRoom(this.#choice);
    this.#room = room;
    this.#watch(room);
    const { clock } = this.#options;
    const ends = [listen(clock, () => hearing(room)), save(clock, () => sending(room))];
    this.#endAdapting = () => ends.forEach((end) => end());
    this.#setState('connecting');
    try {
      await room.connect(this.#options.url, token, this.#options.connectOptions);
    } catch {
      if (room === this.#room) this.#setState('down');
      return;
    }
    await Promise.all([...this.#wanted].map((source) => this.#start(room, source)));
  }

  /** Wishes from before the connection are kept for it. Off is done at once, whatever the connection. */
  async set(source: OwnSource, on: boolean): Promise<void> {
    if (on) {
      if (this.#state !== 'up' || this.#gate.state !== 'open' || !this.#room) return;
      if (source !== 'screen') this.#wanted.add(source);
      await this.#start(this.#room, source);
      return;
    }
    this.#wanted.delete(source);
    if (this.#room) await switchOff(this.#room, source).catch(() => undefined);
    this.#changed();
  }

  /** Uses this device from now on, also in Rooms to come. A device that cannot be opened is reported. */
  async choose(device: CallDevice, id: string): Promise<void> {
    const before = this.#choice;
    this.#choice = { ...before, [device]: id };
    this.#changed();
    if (!this.#room) return;
    try {
      await switchDevice(this.#room, device, id);
    } catch (error) {
      this.#choice = before;
      if (device !== 'speaker') await this.set(device, false); // the device before is stopped already
      this.#options.listener.onDeviceFailure(device === 'speaker' ? undefined : device, deviceFailure(error));
    }
    this.#changed();
  }

  /** Sends in this manner from now on, also in Rooms to come. */
  async prefer(change: Partial<Manner>): Promise<void> {
    const before = this.#manner;
    this.#manner = { ...before, ...change };
    this.#changed();
    if (!this.#room) return;
    try {
      await changeManner(this.#room, before, this.#manner);
    } catch (error) {
      this.#wanted.delete('microphone');
      this.#options.listener.onDeviceFailure('microphone', deviceFailure(error));
    }
    this.#changed();
  }

  /** Sends nothing until the connection stands again or resume() is called. */
  hold(): void {
    this.#gate.hold();
  }

  /** After hold(): the connection turned out to be sound. */
  resume(): void {
    if (this.#state === 'up') this.#gate.release();
  }

  /** Ends the connection, as when the person is sent back to the lobby. Nothing is sent again unless the person wants it then. */
  async rest(): Promise<void> {
    this.#turn++;
    this.#wanted.clear();
    this.#stopPrepared();
    if (this.#room) this.#setState('down');
    await this.#drop();
    this.#gate.release(); // nothing is left to hold
    this.#changed();
  }

  async startSound(): Promise<void> {
    await this.#room?.startAudio().catch(() => undefined);
    this.#changed();
  }

  async leave(): Promise<void> {
    this.#turn++;
    this.#wanted.clear();
    this.#setState('closed');
    await this.#drop();
    this.#gate.release(); // nothing is left to hold
    this.#stopPrepared();
  }

  #takePrepared(): void {
    if (this.#prepared) return;
    this.#prepared = this.#options.prepared();
    this.#choice = { ...this.#choice, ...this.#prepared.choice };
    if (this.#prepared.microphone) this.#wanted.add('microphone');
    if (this.#prepared.camera) this.#wanted.add('camera');
  }

  #stopPrepared(): void {
    this.#prepared?.microphone?.stop();
    this.#prepared?.camera?.stop();
    this.#prepared = undefined;
  }

  async #start(room: Room, source: OwnSource): Promise<void> {
    if (this.#starting.has(source)) return;
    this.#starting.add(source);
    this.#changed();
    const prepared = source === 'screen' ? undefined : this.#prepared?.[source];
    try {
      await switchOn(room, source, this.#manner, prepared);
      if (source !== 'screen' && !this.#wanted.has(source)) await switchOff(room, source); // changed their mind meanwhile
    } catch (error) {
      if (room === this.#room && this.#state === 'up') this.#startFailed(source, error);
    } finally {
      this.#starting.delete(source);
      this.#changed();
    }
  }

  #startFailed(source: OwnSource, error: unknown): void {
    this.#wanted.delete(source);
    const code = deviceFailure(error);
    if (source !== 'screen') this.#options.listener.onDeviceFailure(source, code);
    // A person who closes the browser's screen picker knows what they did; the system's refusal looks different.
    else if (code !== 'permission_denied' || /system/i.test(String(error))) this.#options.listener.onDeviceFailure(source, 'screen_denied');
  }

  #watch(room: Room): void {
    const mine = (run: () => void) => () => {
      if (room === this.#room) run();
    };
    for (const event of changes) room.on(event, mine(() => this.#changed()));
    room.on(RoomEvent.ConnectionStateChanged, (state) => mine(() => this.#connectionChanged(state))());
    room.on(RoomEvent.Disconnected, (reason) => mine(() => this.#disconnected(reason))());
    watchDevices(room, {
      replaced: (device, id, label) => mine(() => this.#replaced(device, id, label))(),
      lost: (device, error) => mine(() => this.#lost(device, error))(),
    });
    room.on(RoomEvent.MediaDevicesError, (error) => mine(() => this.#deviceError(error))());
  }

  #connectionChanged(state: ConnectionState): void {
    switch (state) {
      case ConnectionState.Connected:
        this.#gate.release();
        this.#setState('up');
        break;
      case ConnectionState.SignalReconnecting:
      case ConnectionState.Reconnecting:
        this.#gate.hold();
        this.#setState('resuming');
        break;
      default:
        break; // Disconnected comes as an event of its own, with the reason
    }
  }

  #disconnected(reason: DisconnectReason | undefined): void {
    if (this.#state === 'connecting' || this.#state === 'closed') return; // connect() reports it
    this.#gate.hold();
    // For any other reason the control connection knows best whether there is a way back.
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) this.#options.listener.onRefused('replaced');
    else this.#setState('down');
  }

  #replaced(device: Input, id: string | undefined, label: string): void {
    this.#choice = { ...this.#choice, [device]: id };
    this.#options.listener.onDeviceReplaced(device, label);
    this.#changed();
  }

  #lost(device: Input, error: unknown): void {
    this.#wanted.delete(device);
    this.#options.listener.onDeviceFailure(device, deviceFailure(error));
    this.#changed();
  }

  #deviceError(error: Error): void {
    // While starting, #start reports the same error.
    if (this.#starting.size === 0) this.#options.listener.onDeviceFailure(undefined, deviceFailure(error));
  }

  #changed(): void {
    this.#gate.apply();
    this.#options.listener.onChange();
  }

  async #drop(): Promise<void> {
    const room = this.#room;
    this.#room = undefined;
    this.#endAdapting();
    await room?.disconnect(true).catch(() => undefined);
  }

  #setState(state: MediaState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.listener.onState(state);
    this.#options.listener.onChange();
  }
}
