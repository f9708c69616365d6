// People who use livekit-client itself, on a page of another origin, as applications built on LiveKit do.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Lets a person into a room, with camera, microphone and the PeerConnections that options say. */
export async function enter(person, application, server, room, options) {
  const token = ticket(server, room, person.name);
  await person.page.goto(application.url);
  await person.page.evaluate(async (url, token, options) => {
    const { Room, RoomEvent } = window.LivekitClient;
    const room = new Room({ dynacast: true, ...options });
    window.call = { room, events: [], data: [] };
    for (const event of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting, RoomEvent.Reconnected, RoomEvent.Disconnected]) {
      room.on(event, () => window.call.events.push(event));
    }
    room.on(RoomEvent.DataReceived, (payload, from) => window.call.data.push(`${from?.identity} ${new TextDecoder().decode(payload)}`));
    room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
    await room.connect(url, token);
    await room.localParticipant.enableCameraAndMicrophone();
  }, server.url.replace('http', 'ws'), token, options);
}

/** What came of a track of somebody so far: pictures decoded, or the energy of its sound. */
function received(person, identity, kind) {
  return person.page.evaluate(async (identity, kind) => {
    const from = window.call.room.remoteParticipants.get(identity);
    const publication = [...(from?.trackPublications.values() ?? [])].find((p) => p.kind === kind);
    const stats = await publication?.track?.receiver?.getStats();
    for (const one of stats?.values() ?? []) {
      if (one.type === 'inbound-rtp') return kind === 'video' ? one.framesDecoded : 1000 * (one.totalAudioEnergy ?? 0);
    }
    return 0;
  }, identity, kind);
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

/** Waits until something holds; what names it. */
export async function until(what, holds, patience = 15_000) {
  for (const limit = Date.now() + patience; !(await holds()); ) {
    if (Date.now() > limit) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Waits for more pictures and sound of somebody than came so far. */
export async function gets(person, other) {
  for (const [kind, more] of [['video', 10], ['audio', 0]]) {
    const before = await received(person, other.name, kind);
    await until(`${kind} of ${other.name} at ${person.name}`, async () => (await received(person, other.name, kind)) > before + more);
  }
}

/** Has a person write to everybody and waits until another has read it. */
export async function writes(person, text, other, reliable = true) {
  await person.page.evaluate((text, reliable) => window.call.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable }), text, reliable);
  await until(text, () => other.page.evaluate((line) => window.call.data.includes(line), `${person.name} ${text}`));
}

/** Cuts a person's signalling and waits until it is back. */
export async function resume(person) {
  await person.page.evaluate(() => {
    window.call.events.length = 0;
    return window.call.room.simulateScenario('signal-reconnect');
  });
  await until(`${person.name} to be back`, () => person.page.evaluate(() => window.call.events.includes('reconnected')));
}
