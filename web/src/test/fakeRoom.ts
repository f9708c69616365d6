// A livekit-client Room without a network: tests raise its events and look at its senders.

import { ConnectionState, RoomEvent, Track, type Room } from 'livekit-client';
import { fakeSender, fakeTrack, type FakeSender } from './fakeSender';

type Listener = (...values: unknown[]) => void;

export class FakePublication {
  readonly fake: FakeSender;
  readonly track: { sender: RTCRtpSender; mediaStreamTrack: MediaStreamTrack; isMuted: boolean };
  readonly #changed: () => void;

  constructor(id: string, changed: () => void) {
    const media = fakeTrack(id);
    this.fake = fakeSender(media);
    this.track = { sender: this.fake.sender, mediaStreamTrack: media, isMuted: false };
    this.#changed = changed;
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
  readonly remoteParticipants = new Map<string, unknown>();
  readonly trackPublications = new Map<string, FakePublication>();
  canPlaybackAudio = true;
  disconnected = false;
  /** connect() fails with this */
  refuse: Error | undefined;
  /** opening a device fails with this */
  deviceError: Error | undefined;
  readonly #listeners = new Map<string, Listener[]>();

  readonly localParticipant = {
    identity: '',
    isSpeaking: false,
    trackPublications: this.trackPublications,
    getTrackPublication: (source: Track.Source) => this.trackPublications.get(source),
    setMicrophoneEnabled: () => this.#enable(Track.Source.Microphone),
    setCameraEnabled: () => this.#enable(Track.Source.Camera),
    setScreenShareEnabled: (on: boolean) => (on ? this.#enable(Track.Source.ScreenShare) : this.#remove(Track.Source.ScreenShare)),
    publishTrack: (_: unknown, options: { source: Track.Source }) => this.#enable(options.source),
  };

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
    this.trackPublications.set(source, new FakePublication(source, () => this.emit(RoomEvent.TrackMuted)));
    this.emit(RoomEvent.LocalTrackPublished);
  }

  async #remove(source: Track.Source): Promise<void> {
    this.trackPublications.delete(source);
    this.emit(RoomEvent.LocalTrackUnpublished);
  }
}
