// What eye and ear notice of changes: Anna looks at Béla, whose picture flashes as a tone begins. Her line becomes worse and better, her
// window smaller and larger, he mutes. For each, prints a row of the table in docs/quality.md: lines and pictures that came, the longest
// time without a new picture, and how far sound is behind the picture: by flashes and tones, and as Firefox says. Run it by "bash netns.sh
// node ways/switches.mjs" on a quiet machine. "firefox" puts Anna into Firefox, "640x360x20" is another size and pace of the picture, which
// few cores manage; names of changes may follow.
import { figures } from '../lib/figures.mjs';
import { lively as devices, seeMarks } from '../lib/lively.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { click } from '../lib/visit.mjs';
import { livelyFirefox, pair, pause } from './pair.mjs';

const looked = 12; // s, behind each change
const wide = { rate: 3_000_000, delay: 25 };
const window = { large: { width: 1800, height: 800 }, small: { width: 480, height: 320 } };

/** What changes, in this order. */
const changes = {
  'nothing': () => {},
  '3 Mbit/s to 700 kbit/s': () => net.away.shape({ ...wide, rate: 700_000 }),
  '700 kbit/s to 3 Mbit/s': () => net.away.shape(wide),
  '3 Mbit/s to 300 kbit/s': () => net.away.shape({ ...wide, rate: 300_000 }),
  '300 kbit/s to 3 Mbit/s': () => net.away.shape(wide),
  'the tile becomes small': () => net.anna.page.setViewport(window.small),
  'the tile becomes large': () => net.anna.page.setViewport(window.large),
  'microphone off for 3 s': () => mute('ctl-mic'),
  'camera off for 3 s': () => mute('ctl-cam'),
  '5 % lost': () => net.away.shape({ delay: 50, loss: 0.05 }),
  '30 % lost': () => net.away.shape({ delay: 50, loss: 0.3 }),
};
const words = process.argv.slice(2);
const size = words.find((word) => /^\d+x\d+x\d+$/.test(word)) ?? '1280x720x30';
const wanted = words.filter((word) => word !== 'firefox' && word !== size);

const net = await pair(wide, undefined, {
  anna: words.includes('firefox') ? livelyFirefox : {},
  bela: { media: [devices, true, size.split('x').map(Number)] },
});
try {
  await net.anna.page.setViewport(window.large);
  await look();
  await pause(looked * 1000);
  for (const [name, change] of Object.entries(changes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const before = await figures(net.anna);
    await net.anna.page.evaluate(() => {
      window.testTimes.gap = 0;
      window.testMarks.flashes.length = window.testMarks.tones.length = 0;
    });
    await change();
    await look();
    const told = await say(net.anna);
    const { video, seconds } = await figures(net.anna, before);
    const { gap, flashes, tones } = await net.anna.page.evaluate(() => ({ flashes: window.testMarks.flashes, tones: window.testMarks.tones, gap: window.testTimes.gap }));
    console.log(`| ${[name, video.frameHeight, (video.framesDecoded / seconds).toFixed(1), `${Math.round(gap)} ms`, apart(distances(flashes, tones)), apart(told)].join(' | ')} |`);
  }
} finally {
  await net.close();
}

function look() {
  return until('sound and picture to look at', () => net.anna.page.evaluate(seeMarks, people.bela.name));
}

/** Mutes for a while. What is missing meanwhile is not what this is about. */
async function mute(device) {
  await click(net.bela.page, device);
  await pause(3000);
  await net.anna.page.evaluate(() => { window.testTimes.last = window.testTimes.gap = 0; });
  await click(net.bela.page, device);
}

/** How long tones come behind their flashes (ms). */
function distances(flashes, tones) {
  const nearest = (flash) => tones.map((tone) => tone - flash).reduce((best, one) => (Math.abs(one) < Math.abs(best) ? one : best), 500);
  return flashes.map(nearest).filter((one) => one < 500); // else one of them did not come
}

/** The median, and between what nine of ten are. */
function apart(all) {
  if (all.length === 0) return '';
  const sorted = all.toSorted((a, b) => a - b);
  const [low, middle, high] = [0.05, 0.5, 0.95].map((part) => Math.round(sorted[Math.floor(part * sorted.length)]));
  return `${middle} ms (${low} to ${high})`;
}

/**
 * How far the sound that plays is behind the picture that is shown, five times a second: by when each was captured, as Firefox says
 * in its statistics. Chromium does not.
 */
function say(person) {
  return person.page.evaluate(async (looked) => {
    const found = [];
    for (const end = performance.now() + 1000 * looked; performance.now() < end;) {
      await new Promise((done) => setTimeout(done, 200));
      const at = {};
      for (const connection of window.testConnections) {
        if (connection.connectionState === 'closed') continue;
        for (const one of (await connection.getStats()).values()) if (one.type === 'inbound-rtp' && one.estimatedPlayoutTimestamp) at[one.kind] = one.estimatedPlayoutTimestamp;
      }
      if (at.audio && at.video) found.push(at.video - at.audio);
    }
    return found;
  }, looked);
}
