// How long Chromium takes from the click on join to the first picture of somebody who is there, by each way through. Prints
// the median and the 95th percentile; run it by "make ways" on a quiet machine. Names of scenes may follow.
import { build, enter, meet, scenes, way } from './scene.mjs';
import { click } from '../lib/visit.mjs';

const joins = 20;
const wanted = process.argv.slice(2);

for (const [name, options] of Object.entries(scenes)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const net = await build(options);
  try {
    const took = [];
    for (let n = 0; n < joins; n++) {
      took.push(await enter(net));
      if (n === joins - 1) break;
      await click(net.anna.page, 'ctl-leave');
      await net.anna.page.waitForSelector('[data-testid=left-page]');
      await net.anna.page.goto('about:blank');
    }
    took.sort((a, b) => a - b);
    await meet(net);
    const { by } = await way(net);
    console.log(`${name}: by ${by}, ${took[joins / 2]} ms, p95 ${took[Math.floor(joins * 0.95) - 1]} ms, longest ${took[joins - 1]} ms of ${joins}`);
  } finally {
    await net.close();
  }
}
