// How long the client takes to load over slow lines: until somebody who opens a link can type a name, and until the stage is there
// when they join at once. Prints a line for each visit, with what came by then; run it by "bash netns.sh node ways/load.mjs" on a
// quiet machine. Rates in kbit/s may follow; VISITS says how many of each (3), EACH=1 tells of every file.
import { people } from '../lib/media.mjs';
import { browseIn, hostIn, serveIn, startLab } from '../lib/nets.mjs';
import { click, type } from '../lib/visit.mjs';

const rates = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [300];
const visits = Number(process.env.VISITS ?? 3);

/** What the page has loaded so far: files with when each began and was there (ms), and their bytes. */
const loaded = ({ page }) => page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((one) => one.responseEnd > 0)
  .map((one) => ({ name: new URL(one.name).pathname, from: one.startTime, to: one.responseEnd, bytes: one.encodedBodySize })));

const kB = (files) => `${(files.reduce((sum, one) => sum + one.bytes, 0) / 1000).toFixed(0)} kB`;
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

for (const kbit of rates) {
  const lab = await startLab();
  const [home, near, away] = [await lab.place('home', '10.1.0.2/24'), await lab.place('near', '10.2.0.2/24'), await lab.place('away', '10.3.0.2/24')];
  await away.shape({ rate: kbit * 1000, delay: 25 });
  const server = await serveIn(home);
  const host = await hostIn(near, server, 'Host');
  for (let n = 0; n < visits; n++) {
    const anna = await browseIn(away, people.anna);
    const began = Date.now();
    const opening = anna.page.goto(host.link, { waitUntil: 'domcontentloaded', timeout: 60_000 });
    await anna.page.waitForSelector('[data-testid=join-name]', { visible: true, timeout: 60_000 });
    const form = Date.now() - began;
    const first = await loaded(anna);
    await opening;
    await type(anna.page, 'join-name', 'A');
    await click(anna.page, 'join-submit');
    await anna.page.waitForSelector('[data-testid=stage]', { visible: true, timeout: 60_000 });
    const stage = Date.now() - began;
    const all = await loaded(anna);
    console.log(`${kbit} kbit/s: form after ${seconds(form)}, ${kB(first)}; stage after ${seconds(stage)}, ${kB(all)}`);
    if (process.env.EACH) for (const { name, from, to, bytes } of all.toSorted((a, b) => a.from - b.from)) console.log(`  ${Math.round(from)} to ${Math.round(to)} ms, ${bytes} bytes: ${name}`);
    await anna.close();
  }
  await host.close();
  await server.stop();
  await lab.close();
}
