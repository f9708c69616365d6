// A livekit-client Room without a network: tests raise its events and look at its senders.

import { ConnectionQuality, ConnectionState, RoomEvent, Track, TrackEvent, type Room } from 'livekit-client';
import { fakeSender, fakeTrack, type FakeSender } from './fakeSender';

type Listener = (...values: unknown[]) => void;

export class FakePublication {
  readonly fake: FakeSender;
  readonly source: string;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #changed: () => void;
  readonly track;

  constructor(id: string, changed: () => void) {
    const media = fakeTrack(id);
    this.fake = fakeSender(media);
    this.source = id;
    const on = (event: string, listener: Listener) => this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    this.track = { sender: this.fake.sender, mediaStreamTrack: media, isMuted: false, on, once: on, unmute: () => this.unmute() };
    this.#changed = changed;
  }

  /** The device goes away. livekit-client restarts the track with another one, or mutes it. */
  async unplug(restarts: boolean): Promise<void> {
    this.#emit(TrackEvent.Ended);
    if (!restarts) await this.mute();
    this.#emit(restarts ? TrackEvent.Restarted : TrackEvent.Muted);
  }

  #emit(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }

  get isMuted(): boolean {
    return this.track.isMuted;
  }

  async mute(): Promise<void> {
    this.track.isMuted = true;
    this.#changed();
  }

  async unmute(): Promise<void> {
    this.track.isMuted = false;
    this.#changed();
  }
}

export class FakeRoom {
  readonly connectedWith: string[] = [];
  readonly switched: string[] = [];
  readonly remoteParticipants = new Map<string, unknown>();
  readonly trackPublications = new Map<string, FakePublication>();
  canPlaybackAudio = true;
  /** what the browser counts */
  stats: readonly { readonly id: string }[] = [];
  disconnected = false;
  /** connect() fails with this */
  refuse: Error | undefined;
  /** opening a device fails with this */
  deviceError: Error | undefined;
  readonly #listeners = new Map<string, Listener[]>();

  readonly localParticipant = {
    identity: '',
    isSpeaking: false,
    connectionQuality: ConnectionQuality.Unknown,
    trackPublications: this.trackPublications,
    getTrackPublication: (source: Track.Source) => this.trackPublications.get(source),
    setMicrophoneEnabled: () => this.#enable(Track.Source.Microphone),
    setCameraEnabled: () => this.#enable(Track.Source.Camera),
    setScreenShareEnabled: (on: boolean) => (on ? this.#enable(Track.Source.ScreenShare) : this.#remove(Track.Source.ScreenShare)),
    publishTrack: (_: unknown, options: { source: Track.Source }) => this.#enable(options.source),
  };

  readonly engine = { pcManager: { publisher: { getStats: async () => new Map(this.stats.map((stat) => [stat.id, stat])) } } };

  get asRoom(): Room {
    return this as unknown as Room;
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  emit(event: RoomEvent, ...values: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...values);
  }

  async connect(_: string, token: string): Promise<void> {
    this.connectedWith.push(token);
    if (this.refuse) throw this.refuse;
    this.localParticipant.identity = 'me';
    this.goTo(ConnectionState.Connected);
  }

  async disconnect(): Promise<void> {
    this.disconnected = true;
  }

  async switchActiveDevice(kind: string, id: string): Promise<void> {
    if (this.deviceError) throw this.deviceError;
    this.switched.push(`${kind} ${id}`);
  }

  async startAudio(): Promise<void> {
    this.canPlaybackAudio = true;
  }

  goTo(state: ConnectionState): void {
    this.emit(RoomEvent.ConnectionStateChanged, state);
  }

  /** What goes out: the ids of the tracks that senders have. */
  sending(): readonly string[] {
    return [...this.trackPublications.values()].flatMap(({ fake }) => fake.sender.track?.id ?? []);
  }

  async #enable(source: Track.Source): Promise<void> {
    if (this.deviceError) throw this.deviceError;
    const known = this.trackPublications.get(source);
    if (known) return known.unmute();
    const publication = new FakePublication(source, () => this.emit(RoomEvent.TrackMuted));
    this.trackPublications.set(source, publication);
    this.emit(RoomEvent.LocalTrackPublished, publication);
  }

  async #remove(source: Track.Source): Promise<void> {
    this.trackPublications.delete(source);
    this.emit(RoomEvent.LocalTrackUnpublished);
  }
}
