// What comes over slow lines: sound and pictures of Béla as Anna gets them, for 20 s behind the first ten seconds. Prints a line
// for each; run it by "bash netns.sh node ways/slow.mjs" on a quiet machine. Rates in kbit/s may follow.
import { people, writeScene } from '../lib/media.mjs';
import { browseIn } from '../lib/nets.mjs';
import { join } from '../lib/visit.mjs';
import { build, enter, meet } from './scene.mjs';

const rates = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [300, 1000, 5000];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sums over what comes in: of sound and of pictures. */
const look = ({ page }) => page.evaluate(async () => {
  const sum = { samples: 0, concealed: 0, lost: 0, frames: 0, freezes: 0, frozen: 0, height: 0, bytes: 0, paused: 0 };
  for (const connection of window.testConnections) {
    if (connection.connectionState === 'closed') continue;
    for (const one of (await connection.getStats()).values()) {
      if (one.type !== 'inbound-rtp') continue;
      sum.bytes += one.bytesReceived ?? 0;
      if (one.kind === 'audio') {
        sum.samples += one.totalSamplesReceived ?? 0;
        sum.concealed += (one.concealedSamples ?? 0) - (one.silentConcealedSamples ?? 0);
        sum.lost += one.packetsLost ?? 0;
      } else {
        sum.frames += one.framesDecoded ?? 0;
        sum.freezes += one.freezeCount ?? 0;
        sum.frozen += one.totalFreezesDuration ?? 0;
        sum.height = Math.max(sum.height, one.frameHeight ?? 0);
      }
    }
  }
  return sum;
});

for (const kbit of rates) {
  const net = await build({ prepare: ({ away }) => away.shape({ rate: kbit * 1000, delay: 25 }) });
  const bela = await browseIn(net.near, people.bela, { scene: (path) => writeScene(path) });
  try {
    await join(bela, net.host.link);
    // Who joins has looked at the page for some seconds: what a meeting needs is loaded meanwhile, which is told apart.
    const opened = Date.now();
    await net.anna.page.goto(net.host.link, { waitUntil: 'networkidle0', timeout: 60_000 });
    const loaded = Date.now() - opened;
    const first = await enter(net);
    await meet(net);
    await pause(10_000);
    const before = await look(net.anna);
    await pause(20_000);
    const now = await look(net.anna);
    const of = (what) => now[what] - before[what];
    console.log(`${kbit} kbit/s: page loaded ${(loaded / 1000).toFixed(1)} s, first picture ${first} ms, sound concealed ${(100 * of('concealed') / of('samples')).toFixed(2)} %, lost ${of('lost')}, `
      + `${(of('frames') / 20).toFixed(1)} pictures a second, ${now.height} lines, frozen ${of('freezes')} times, ${of('frozen').toFixed(1)} s, ${Math.round(of('bytes') * 8 / 20_000)} kbit/s`);
  } finally {
    await bela.close();
    await net.close();
  }
}
