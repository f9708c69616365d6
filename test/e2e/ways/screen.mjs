// How readable a shared text is over bad lines: Béla shares it, Anna gets it. Prints how alike it is to what was drawn, on a scale to
// 1, and writes the pictures to out; run it by "bash netns.sh node ways/screen.mjs". Names of lines may follow.
import { mkdirSync, writeFileSync } from 'node:fs';
import { people } from '../lib/media.mjs';
import { browseIn } from '../lib/nets.mjs';
import { comparePaper, sharePaper } from '../lib/paper.mjs';
import { until } from '../lib/probe.mjs';
import { ssim } from '../lib/ssim.mjs';
import { click, join } from '../lib/visit.mjs';
import { lively, pair, pause } from './pair.mjs';

const lines = {
  '300 kbit/s': { delay: 25, rate: 300_000 },
  '1 Mbit/s': { delay: 25, rate: 1_000_000 },
  '5 % lost': { delay: 25, loss: 0.05 },
};
const selector = '[data-testid=tile][data-source=screen] video';
const wanted = process.argv.slice(2);

mkdirSync('out', { recursive: true });
const net = await pair({ delay: 25 });
let cora;
try {
  for (const [name, line] of Object.entries(lines)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await net.away.shape(line);
    await pause(5000);
    await sharePaper(net.bela);
    const begun = performance.now();
    await click(net.bela.page, 'ctl-share');
    await until('the screen', () => net.anna.page.$eval(selector, (video) => video.videoWidth > 0), 40_000);
    const first = performance.now() - begun;
    await pause(12_000);
    await tell(name, `first after ${(first / 1000).toFixed(1)} s`);
    if (!cora) {
      cora = await browseIn(net.near, people.cora, lively);
      await join(cora, net.host.link);
      let least = 1;
      for (let n = 0; n < 8; n++) {
        await pause(1000);
        least = Math.min(least, await likeness());
      }
      console.log(`a third joins: least ${least.toFixed(3)}`);
    }
    await click(net.bela.page, 'ctl-share');
    await pause(2000);
  }
} finally {
  await cora?.close();
  await net.close();
}

async function likeness() {
  const { source, got } = await comparePaper(net.anna, selector);
  return ssim(source, got, 1280, 720 - 24);
}

async function tell(name, more) {
  const { width, height, source, got, picture } = await comparePaper(net.anna, selector);
  writeFileSync(`out/screen-${name.replace(/\W+/g, '-')}.png`, picture);
  console.log(`${name}: ${width}x${height}, ${ssim(source, got, 1280, 720 - 24).toFixed(3)}, ${more}`);
}
