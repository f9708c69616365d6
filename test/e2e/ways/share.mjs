// Who shares a line: two people behind one look at Béla, then one of them downloads something beside. Prints what came to each; run it
// by "bash netns.sh node ways/share.mjs" on a quiet machine.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { concealed, figures } from '../lib/figures.mjs';
import { people } from '../lib/media.mjs';
import { browseIn } from '../lib/nets.mjs';
import { join } from '../lib/visit.mjs';
import { pair, pause } from './pair.mjs';

const [settles, looked] = [15, 30]; // s
const rate = 3_000_000;

const net = await pair({ rate, delay: 25 });
let cora;
try {
  await show(net.anna);
  cora = await browseIn(net.away, people.cora);
  await join(cora, net.host.link, { camera: false, microphone: false });
  await show(cora);
  await pause(settles * 1000);
  const both = await Promise.all([look(net.anna), look(cora)]);
  const [a, c] = both.map((one) => one.kbit);
  console.log(`two on ${rate / 1e6} Mbit/s: ${both.map(told).join('; ')}; Jain ${((a + c) ** 2 / (2 * (a * a + c * c))).toFixed(2)}`);
  await cora.close();
  cora = undefined;
  await pause(5000);
  const load = download(net.near, net.away);
  await pause(settles * 1000);
  const before = load.bytes();
  const beside = await look(net.anna);
  console.log(`beside a download on ${rate / 1e6} Mbit/s: ${told(beside)}; download ${Math.round((8 * (load.bytes() - before)) / looked / 1000)} kbit/s`);
  await load.end();
} finally {
  await cora?.close();
  await net.close();
}

/** Makes the pictures large enough for all that the camera sends. */
function show({ page }) {
  return page.setViewport({ width: 1800, height: 800 });
}

/** What comes to somebody from now on. */
async function look(person) {
  const before = await figures(person);
  await pause(looked * 1000);
  const now = await figures(person, before);
  const { audio, video } = now;
  return {
    kbit: (8 * (audio.bytesReceived + video.bytesReceived)) / now.seconds / 1000, made: concealed(now), lines: video.frameHeight,
    pictures: video.framesDecoded / now.seconds, wait: (1000 * audio.jitterBufferDelay) / audio.jitterBufferEmittedCount, frozen: video.totalFreezesDuration,
  };
}

function told({ kbit, made, lines, pictures, wait, frozen }) {
  return `${Math.round(kbit)} kbit/s, ${lines} lines, ${pictures.toFixed(1)} pictures a second, ${frozen.toFixed(1)} s frozen, sound made up ${made.toFixed(1)} %, waits ${Math.round(wait)} ms`;
}

/** Downloads by TCP from one place to another until it is ended. */
function download(from, to) {
  const give = `require('net').createServer((s) => { const b = Buffer.alloc(65536); const go = () => { while (s.write(b)); }; s.on('drain', go).on('error', () => {}); go(); }).listen(9000, '${from.addr}', () => console.log('ready'))`;
  const take = `let n = 0; require('net').connect(9000, '${from.addr}').on('data', (b) => { n += b.length; }); setInterval(() => console.log(n), 100)`;
  const run = (place, program) => spawn(place.within[0], [...place.within.slice(1), process.execPath, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const source = run(from, give);
  let sink, bytes = 0;
  source.stdout.once('data', () => {
    sink = run(to, take);
    createInterface(sink.stdout).on('line', (line) => { bytes = Number(line); });
  });
  return {
    bytes: () => bytes,
    async end() {
      for (const one of [sink, source]) {
        const ended = new Promise((done) => one.once('exit', done));
        one.kill();
        await ended;
      }
    },
  };
}
