// People who use livekit-client itself, on a page of another origin, as applications built on LiveKit do.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './probe.mjs';

export { until };

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const page = '<!doctype html><meta charset="utf-8"><title>application</title><script src="/client.js"></script>';

/** Serves the application's page. */
export async function startApplication(port = 7900) {
  const script = readFileSync(join(root, 'web/node_modules/livekit-client/dist/livekit-client.umd.js'));
  const http = createServer((request, response) => {
    const wanted = request.url === '/client.js';
    response.setHeader('Content-Type', wanted ? 'text/javascript' : 'text/html');
    response.end(wanted ? script : page);
  });
  await new Promise((done) => http.listen(port, 'localhost', done));
  return { url: `http://localhost:${port}/`, stop: () => http.close() };
}

/** A token for a room of the server. */
export function ticket(server, room, identity) {
  const args = ['token', 'create', '--data-dir', server.data, '--room', room, '--identity', identity];
  return execFileSync(join(root, 'bin/konklave'), args, { encoding: 'utf8', env: { ...process.env, KONKLAVE_NETNS: '' } }).trim();
}

/** Lets a person into a room of a server, with camera, microphone and the PeerConnections that options say. */
export function enter(person, application, server, room, options) {
  return enterWith(person, application, server.url, ticket(server, room, person.name), options);
}

/** The same with a token, at any address of the server. */
export async function enterWith(person, application, url, token, options) {
  await person.page.goto(application.url);
  await person.page.evaluate(async (url, token, options) => {
    const { Room, RoomEvent, DisconnectReason, VideoPreset } = window.LivekitClient;
    // Bitrates and pace that a busy machine has, too: a browser that finds too little leaves out its highest layers.
    const publishDefaults = {
      videoEncoding: { maxBitrate: 500_000, maxFramerate: 10 },
      videoSimulcastLayers: [new VideoPreset(320, 180, 80_000, 10), new VideoPreset(640, 360, 200_000, 10)],
    };
    const room = new Room({ dynacast: true, publishDefaults, ...options });
    window.call = { room, events: [], data: [] };
    for (const event of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting, RoomEvent.Reconnected]) {
      room.on(event, () => window.call.events.push(event));
    }
    room.on(RoomEvent.Disconnected, (why) => window.call.events.push(`disconnected: ${DisconnectReason[why]}`));
    room.on(RoomEvent.DataReceived, (payload, from) => window.call.data.push(`${from?.identity} ${new TextDecoder().decode(payload)}`));
    room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
    await room.connect(url, token);
    await room.localParticipant.enableCameraAndMicrophone();
  }, url.replace('http', 'ws'), token, options);
}

/** Ends a person's call. */
export function leave(person) {
  return person.page.evaluate(() => window.call.room.disconnect());
}

/**
 * What came so far: got, by "identity video" the pictures decoded and by "identity audio" a measure of the sound's
 * energy; widths of the pictures by identity; data, as "identity text"; events; and the person's own sid.
 */
export function look(person) {
  return person.page.evaluate(async () => {
    const { room, data, events } = window.call;
    const seen = { sid: room.localParticipant.sid, got: {}, widths: {}, data, events };
    for (const [identity, from] of room.remoteParticipants) {
      for (const { kind, track } of from.trackPublications.values()) {
        const stats = await track?.receiver?.getStats();
        for (const one of stats?.values() ?? []) {
          if (one.type !== 'inbound-rtp') continue;
          seen.got[`${identity} ${kind}`] = kind === 'video' ? one.framesDecoded ?? 0 : 1e6 * (one.totalAudioEnergy ?? 0);
          if (kind === 'video') seen.widths[identity] = one.frameWidth;
        }
      }
    }
    return seen;
  });
}

/** What a person sees and hears of another at this moment: the colour of the picture, the loudest tone (Hz), 0 for silence. */
export function senses(person, other) {
  return person.page.evaluate(async (identity) => {
    const from = window.call.room.remoteParticipants.get(identity);
    const track = (kind) => [...(from?.trackPublications.values() ?? [])].find((p) => p.kind === kind)?.track;
    const [video] = track('video')?.attachedElements ?? [];
    const seen = { colour: null, tone: 0 };
    if (video?.videoWidth > 0) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 9 });
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0, 16, 9);
      const pixels = context.getImageData(2, 1, 12, 5).data; // without the moving mark
      seen.colour = [0, 1, 2].map((c) => Math.round(pixels.reduce((sum, one, i) => (i % 4 === c ? sum + one : sum), 0) / (pixels.length / 4)));
    }
    const sound = track('audio')?.mediaStreamTrack;
    if (!sound) return seen;
    window.call.ear ??= new AudioContext();
    await window.call.ear.resume();
    const analyser = new AnalyserNode(window.call.ear, { fftSize: 8192, smoothingTimeConstant: 0 });
    const source = window.call.ear.createMediaStreamSource(new MediaStream([sound]));
    source.connect(analyser);
    await new Promise((done) => setTimeout(done, 400));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    source.disconnect();
    const best = bins.reduce((best, level, i) => (level > bins[best] ? i : best), 1);
    if (bins[best] > -70) seen.tone = Math.round((best * window.call.ear.sampleRate) / analyser.fftSize);
    return seen;
  }, other.name);
}

/** The codec in which somebody's track comes at the moment, such as "video/VP8". */
export function codecOf(person, other, kind) {
  return person.page.evaluate(async (identity, kind) => {
    const from = window.call.room.remoteParticipants.get(identity);
    const publication = [...(from?.trackPublications.values() ?? [])].find((p) => p.kind === kind);
    const stats = await publication?.track?.receiver?.getStats();
    for (const one of stats?.values() ?? []) {
      if (one.type === 'inbound-rtp') return stats.get(one.codecId)?.mimeType;
    }
    return undefined;
  }, other.name, kind);
}

/** The bytes of a packet of somebody's sound as it comes to a person, on average. */
export function weight(person, other) {
  return person.page.evaluate(async (identity) => {
    const from = window.call.room.remoteParticipants.get(identity);
    const publication = [...(from?.trackPublications.values() ?? [])].find((p) => p.kind === 'audio');
    const stats = await publication?.track?.receiver?.getStats();
    for (const one of stats?.values() ?? []) {
      if (one.type === 'inbound-rtp') return one.bytesReceived / one.packetsReceived;
    }
    return 0;
  }, other.name);
}

/** The codecs in which a person's browser sends pictures, those of which it sent some since the last call. */
export function sends(person) {
  return person.page.evaluate(async () => {
    const sent = new Map();
    for (const connection of window.testConnections) {
      const stats = await connection.getStats();
      for (const one of stats.values()) {
        if (one.type !== 'outbound-rtp' || one.kind !== 'video') continue;
        const codec = stats.get(one.codecId)?.mimeType;
        if (codec) sent.set(codec, (sent.get(codec) ?? 0) + one.framesEncoded);
      }
    }
    const before = window.call.sent ?? new Map();
    window.call.sent = sent;
    return [...sent].filter(([codec, frames]) => frames > (before.get(codec) ?? 0)).map(([codec]) => codec).sort();
  });
}

export function say(person, text, reliable) {
  return person.page.evaluate((text, reliable) =>
    window.call.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable }), text, reliable);
}

/** Forgets events that were. */
export function forget(person) {
  return person.page.evaluate(() => { window.call.events.length = 0; });
}

/** A browser that has just joined or is short of time adds its highest layer late. */
const layerPatience = 60_000;

/** Waits until a person sees one layer of another's camera, after asking for it: LOW, MEDIUM or HIGH. */
export async function sees(person, other, quality, width) {
  await person.page.evaluate((identity, quality) => {
    const { VideoQuality, Track } = window.LivekitClient;
    window.call.room.remoteParticipants.get(identity).getTrackPublication(Track.Source.Camera).setVideoQuality(VideoQuality[quality]);
  }, other.name, quality);
  await until(`layer ${quality} of ${other.name} at ${person.name}`, async () => {
    const { widths } = await look(person);
    if (widths[other.name] === width) return true;
    throw new Error(`${widths[other.name]} wide`);
  }, layerPatience);
}

/** Has a person write to everybody and waits until another has read it. */
export async function writes(person, text, other, reliable = true) {
  await say(person, text, reliable);
  await until(text, async () => (await look(other)).data.includes(`${person.name} ${text}`));
}

/** Waits for more pictures and sound of somebody than came so far. */
export async function gets(person, other) {
  const before = (await look(person)).got;
  await until(`${other.name} at ${person.name}`, async () => {
    const now = (await look(person)).got;
    return ['audio', 'video'].every((kind) => (now[`${other.name} ${kind}`] ?? 0) > (before[`${other.name} ${kind}`] ?? 0) + 2);
  });
}

/** Has the client cut its own signalling and waits until it is back. */
export async function resume(person) {
  await forget(person);
  await person.page.evaluate(() => window.call.room.simulateScenario('signal-reconnect'));
  await until(`${person.name} to be back`, async () => (await look(person)).events.includes('reconnected'));
}
