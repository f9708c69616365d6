// People in rooms who use LiveKit's SDK for Node.js: the core of Rust and libwebrtc that the SDKs for Rust, Python, C++
// and Unity have too. They take two PeerConnections.
import {
  AudioFrame, AudioSource, AudioStream, LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, TrackKind, TrackPublishOptions,
  TrackSource, VideoBufferType, VideoFrame, VideoSource, VideoStream,
} from '@livekit/rtc-node';
import { until } from './server.mjs';

const [width, height] = [640, 360];

/** A person in a room. What came is in frames, by "identity audio" or "identity video", in data and in events. */
export class Member {
  room = new Room();
  frames = new Map();
  data = [];
  events = [];
  #timers = [];

  static async enter(url, token) {
    const member = new Member();
    const { room } = member;
    room.on(RoomEvent.TrackSubscribed, (track, _, from) => void member.#watch(track, from.identity));
    room.on(RoomEvent.DataReceived, (payload, from) => member.data.push(`${from?.identity} ${new TextDecoder().decode(payload)}`));
    for (const event of [RoomEvent.Reconnecting, RoomEvent.Reconnected, RoomEvent.Disconnected]) {
      room.on(event, () => member.events.push(event));
    }
    await room.connect(url, token, { autoSubscribe: true, dynacast: true });
    return member;
  }

  async #watch(track, identity) {
    const video = track.kind === TrackKind.KIND_VIDEO;
    const what = `${identity} ${video ? 'video' : 'audio'}`;
    for await (const _ of video ? new VideoStream(track) : new AudioStream(track)) {
      this.frames.set(what, (this.frames.get(what) ?? 0) + 1);
    }
  }

  /** Waits for more of a track than came so far. */
  async gets(what) {
    const before = this.frames.get(what) ?? 0;
    await until(`frames of ${what}`, () => (this.frames.get(what) ?? 0) >= before + 10);
  }

  async told(event) {
    await until(event, () => this.events.includes(event));
  }

  async #publish(track, source) {
    const options = new TrackPublishOptions();
    options.source = source;
    return this.room.localParticipant.publishTrack(track, options);
  }

  /** Publishes pictures and sound until leave. */
  async publish() {
    const camera = new VideoSource(width, height);
    const pixels = new Uint8Array(width * height * 4);
    let n = 0;
    this.#timers.push(setInterval(() => {
      pixels.fill(n++ % 256);
      camera.captureFrame(new VideoFrame(pixels, width, height, VideoBufferType.RGBA));
    }, 50));
    await this.#publish(LocalVideoTrack.createVideoTrack('camera', camera), TrackSource.SOURCE_CAMERA);
    const microphone = new AudioSource(48000, 1);
    const sound = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 48));
    this.#timers.push(setInterval(() => {
      microphone.captureFrame(new AudioFrame(sound, 48000, 1, sound.length)).catch(() => {}); // when it has ended
    }, 10));
    const track = LocalAudioTrack.createAudioTrack('microphone', microphone);
    await this.#publish(track, TrackSource.SOURCE_MICROPHONE);
    this.microphone = track;
  }

  say(text, reliable) {
    return this.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable });
  }

  async hears(text) {
    await until(text, () => this.data.includes(text));
  }

  leave() {
    this.#timers.forEach(clearInterval);
    return this.room.disconnect();
  }
}
