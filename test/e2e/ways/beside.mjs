// The same call by Konklave and by another LiveKit server, over the same lines: Béla, near the server, shows his camera, and Anna
// looks at it on a plain page with livekit-client. Prints a row of the table in docs/quality.md for each line. LIVEKIT=/path of
// the other server's binary has that measured; names of lines may follow. Run it by "bash netns.sh" on a quiet machine.
import { createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concealed, figures } from '../lib/figures.mjs';
import { ticket } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { browseIn, serveIn, startLab } from '../lib/nets.mjs';
import { lively, pause } from './pair.mjs';

const script = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../../web/node_modules/livekit-client/dist/livekit-client.umd.js'), 'utf8');
const lines = {
  '300 kbit/s': { rate: 300_000, delay: 25 },
  '1 Mbit/s': { rate: 1_000_000, delay: 25 },
  '3 Mbit/s': { rate: 3_000_000, delay: 25 },
  '5 % lost': { loss: 0.05, delay: 25 },
};
// The page comes from nowhere, and Chromium asks people before such a page may reach a local network.
const flags = ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC'];
const looked = 30; // s, from the moment of joining
const wanted = process.argv.slice(2);

const lab = startLab();
const [home, near, away] = await Promise.all(['home', 'near', 'away'].map((name, i) => lab.place(name, `10.${i + 1}.0.2/24`)));
const server = await (process.env.LIVEKIT ? another(process.env.LIVEKIT) : konklave());
const bela = await browseIn(near, people.bela, { ...lively, flags });
try {
  await enter(bela, { camera: true });
  for (const [name, line] of Object.entries(lines)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await away.shape(line);
    const anna = await browseIn(away, people.anna, { flags });
    await enter(anna, {});
    await pause(looked * 1000);
    const now = await figures(anna);
    const { full, first, heights } = await anna.page.evaluate(() => window.seen);
    const { audio, video } = now;
    const cells = [name, server.name, ms(first), ms(full), `${video.freezeCount}, ${video.totalFreezesDuration.toFixed(1)} s`,
      Math.round(heights.reduce((sum, one) => sum + one, 0) / heights.length), (video.framesDecoded / looked).toFixed(1), `${concealed(now).toFixed(2)} %`,
      `${Math.round((8 * (audio.bytesReceived + video.bytesReceived)) / looked / 1000)} kbit/s`];
    console.log(`| ${cells.join(' | ')} |`);
    await anna.close();
    await pause(2000);
  }
} finally {
  await bela.close();
  await server.stop();
  await lab.close();
}

function ms(time) {
  return time ? `${(time / 1000).toFixed(1)} s` : 'never';
}

async function konklave() {
  const server = await serveIn(home);
  return { name: 'Konklave', url: server.url.replace('http', 'ws'), token: (identity) => ticket(server, 'beside', identity), stop: () => server.stop() };
}

/** Another server for the LiveKit protocol, with its settings for development. */
async function another(binary) {
  const args = ['--dev', '--bind', '0.0.0.0', '--node-ip', home.addr];
  const child = spawn('nsenter', [...home.within.slice(1), binary, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  await new Promise((done) => [child.stdout, child.stderr].forEach((out) => out.on('data', (text) => String(text).includes('starting LiveKit server') && done())));
  const part = (what) => Buffer.from(JSON.stringify(what)).toString('base64url');
  const token = (identity) => {
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'devkey', sub: identity, exp: Math.floor(Date.now() / 1000) + 3600, video: { room: 'beside', roomJoin: true } })}`;
    return `${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}`;
  };
  return { name: 'LiveKit', url: `ws://${home.addr}:7880`, token, stop: () => (child.kill(), ended) };
}

/** Opens the page, which does not come over the line, and joins. */
async function enter(person, { camera = false }) {
  const { page } = person;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!request.url().startsWith('http://localhost:7900/')) return void request.continue();
    const body = request.url().endsWith('/client.js') ? script : '<!doctype html><meta charset="utf-8"><title>page</title><script src="/client.js"></script>';
    void request.respond({ contentType: request.url().endsWith('.js') ? 'text/javascript' : 'text/html', body });
  });
  await page.goto('http://localhost:7900/');
  await page.evaluate(async (url, token, camera) => {
    const { Room, RoomEvent } = window.LivekitClient;
    const room = new Room({ adaptiveStream: true, dynacast: true });
    window.seen = { heights: [] };
    const begun = performance.now();
    room.on(RoomEvent.TrackSubscribed, (track) => {
      const element = track.attach();
      Object.assign(element.style, { width: '1280px', height: '720px' });
      document.body.append(element);
      if (track.kind !== 'video') return;
      const look = () => {
        window.seen.first ??= performance.now() - begun;
        if (element.videoHeight >= 720) window.seen.full ??= performance.now() - begun;
        element.requestVideoFrameCallback(look);
      };
      element.requestVideoFrameCallback(look);
      setInterval(() => window.seen.heights.push(element.videoHeight), 250);
    });
    await room.connect(url, token);
    if (camera) await room.localParticipant.enableCameraAndMicrophone();
  }, server.url, server.token(person.name), camera);
}
