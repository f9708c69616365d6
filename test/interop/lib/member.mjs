// People in rooms who use LiveKit's SDK for Node.js: the core of Rust and libwebrtc that the SDKs for Rust, Python, C++
// and Unity have too. They take two PeerConnections, or one. package.json asks for a newer core than the SDK does, 0.12.75: an
// older one locks itself for ever where a track is published while an offer waits for its answer (livekit/rust-sdks#1252).
import {
  AudioFrame, AudioSource, AudioStream, LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, TrackKind, TrackPublishOptions,
  TrackSource, VideoBufferType, VideoFrame, VideoSource, VideoStream,
} from '@livekit/rtc-node';
import { DisconnectReason, VideoQuality } from '@livekit/rtc-ffi-bindings';
import { until } from './server.mjs';

/**
 * A person in a room. What came is in got, by "identity audio" or "identity video", in widths (of the last picture, by
 * identity), in data and in events.
 */
export class Member {
  room = new Room();
  got = {};
  widths = {};
  data = [];
  events = [];
  #timers = [];

  static async enter(url, token, { single = false } = {}) {
    const member = new Member();
    const { room } = member;
    room.on(RoomEvent.TrackSubscribed, (track, _, from) => void member.#watch(track, from.identity));
    room.on(RoomEvent.DataReceived, (payload, from) => member.data.push(`${from?.identity} ${new TextDecoder().decode(payload)}`));
    for (const event of [RoomEvent.Reconnecting, RoomEvent.Reconnected]) room.on(event, () => member.events.push(event));
    room.on(RoomEvent.Disconnected, (why) => member.events.push(`disconnected: ${DisconnectReason[why]}`));
    // The bindings hand this option to the core; the types of the SDK do not name it yet.
    await within('to enter', room.connect(url, token, { autoSubscribe: true, dynacast: true, singlePeerConnection: single }));
    return member;
  }

  async #watch(track, identity) {
    const video = track.kind === TrackKind.KIND_VIDEO;
    const what = `${identity} ${video ? 'video' : 'audio'}`;
    for await (const one of video ? new VideoStream(track) : new AudioStream(track)) {
      if (video) this.widths[identity] = one.frame.width;
      else if (one.data.every((sample) => sample === 0)) continue; // filled in where nothing came
      this.got[what] = (this.got[what] ?? 0) + 1;
    }
  }

  /** Waits for more of a track, or of several, than came so far. */
  async gets(tracks, limit = soon()) {
    const before = { ...this.got };
    for (const what of [tracks].flat()) {
      await until(`${what} at ${this.room.localParticipant.identity}`, () => (this.got[what] ?? 0) >= (before[what] ?? 0) + 10, limit - Date.now());
    }
  }

  async told(event, limit = soon()) {
    await until(event, () => this.events.some((one) => one.startsWith(event)), limit - Date.now());
  }

  /** The publication of somebody's camera or microphone. */
  of(identity, source) {
    return [...(this.room.remoteParticipants.get(identity)?.trackPublications.values() ?? [])].find((one) => one.source === source);
  }

  /** Asks for a layer of somebody's camera: LOW, MEDIUM or HIGH. The core can; the SDK for Node.js has no call for it yet. */
  choose(identity, quality) {
    const { handle } = this.of(identity, TrackSource.SOURCE_CAMERA).ffiHandle;
    const value = { trackPublicationHandle: handle, quality: VideoQuality[quality] };
    globalThis._ffiClientInstance.request({ message: { case: 'setRemoteTrackPublicationQuality', value } });
  }

  /** Waits for a layer after asking for it. Who sends it adds the highest one late where the processor is busy. */
  async sees(identity, quality, width) {
    this.choose(identity, quality);
    await until(`layer ${quality} of ${identity}, not ${this.widths[identity]}`, () => this.widths[identity] === width, 30_000);
  }

  async #publish(track, source) {
    const options = new TrackPublishOptions();
    options.source = source;
    return within('to publish', this.room.localParticipant.publishTrack(track, options));
  }

  /**
   * Publishes pictures, by default large enough for three layers, and sound until leave. between does something between
   * the two.
   */
  async publish({ width = 1280, height = 720, between = () => {} } = {}) {
    const camera = new VideoSource(width, height);
    const pixels = new Uint8Array(width * height * 1.5);
    let n = 0;
    this.#timers.push(setInterval(() => {
      pixels.fill(16 + (n++ % 200));
      camera.captureFrame(new VideoFrame(pixels, width, height, VideoBufferType.I420));
    }, 66));
    this.camera = await this.#publish(LocalVideoTrack.createVideoTrack('camera', camera), TrackSource.SOURCE_CAMERA);
    await between();
    const microphone = new AudioSource(48000, 1);
    const sound = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 48));
    this.#timers.push(setInterval(() => {
      microphone.captureFrame(new AudioFrame(sound, 48000, 1, sound.length)).catch(() => {}); // when it has ended
    }, 10));
    const track = LocalAudioTrack.createAudioTrack('microphone', microphone);
    await this.#publish(track, TrackSource.SOURCE_MICROPHONE);
    this.microphone = track;
  }

  /** Mutes the microphone or unmutes it. The core can; the SDK for Node.js has no call for it yet. */
  mute(mute) {
    const value = { trackHandle: this.microphone.ffi_handle.handle, mute };
    globalThis._ffiClientInstance.request({ message: { case: 'localTrackMute', value } });
  }

  say(text, reliable) {
    return within(`to say ${text}`, this.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable }));
  }

  async hears(text, limit = soon()) {
    await until(text, () => this.data.includes(text), limit - Date.now());
  }

  leave() {
    this.#timers.forEach(clearInterval);
    return within('to leave', this.room.disconnect());
  }
}

/** What the SDK promises, or an error: a promise that it never keeps would end no test. */
function within(what, promised) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`the SDK takes too long ${what}`)), 20_000);
  });
  return Promise.race([promised, late]).finally(() => clearTimeout(timer));
}

/** The moment until which a test waits. */
export function soon() {
  return Date.now() + 15_000;
}
