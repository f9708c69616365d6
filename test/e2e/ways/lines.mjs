// What comes over bad lines: Anna and Béla speak and move, each as the other gets them. Anna's line changes while they meet, first
// to each of these for a while. Prints a row of the table in docs/quality.md for each; run it by "bash netns.sh node ways/lines.mjs" on a quiet
// machine. "firefox" puts Anna into Firefox; names of lines may follow.
import { concealed, figures } from '../lib/figures.mjs';
import { lively, livelyFirefox, pair, pause } from './pair.mjs';

/** How long a line settles, and is then looked at (seconds). */
const [settles, looked] = [12, 20];

const lines = {
  '5 % lost': { delay: 50, loss: 0.05 },
  '30 % lost': { delay: 50, loss: 0.3 },
  '1 Mbit/s': { delay: 25, rate: 1_000_000 },
  '300 kbit/s': { delay: 25, rate: 300_000 },
};
const inside = process.argv.includes('firefox') ? livelyFirefox : lively;
const wanted = process.argv.slice(2).filter((word) => word !== 'firefox');

const net = await pair({ delay: 50 }, undefined, { anna: inside });
try {
  for (const [name, line] of Object.entries(lines)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await net.away.shape(line);
    await pause(settles * 1000);
    const [anna, bela] = [await begin(net.anna), await begin(net.bela)];
    await pause(looked * 1000);
    for (const end of [anna, bela]) console.log(`| ${name} | ${await end()} |`);
  }
} finally {
  await net.close();
}

/** Begins to look at what comes to a person; gives what tells it. */
async function begin(person) {
  const before = await figures(person);
  await person.page.evaluate(() => { window.testTimes.gap = 0; });
  return async () => {
    const now = await figures(person, before);
    const gap = await person.page.evaluate(() => window.testTimes.gap);
    const { audio, video } = now;
    return [
      person.name === 'Anna' ? 'to Anna' : 'from Anna', `${concealed(now).toFixed(1)} %`, `${Math.round((1000 * audio.jitterBufferDelay) / audio.jitterBufferEmittedCount)} ms`,
      video.frameHeight, (video.framesDecoded / now.seconds).toFixed(1), `${Math.round(gap)} ms`, `${video.freezeCount}, ${video.totalFreezesDuration.toFixed(1)} s`,
      `${Math.round((8 * (audio.bytesReceived + video.bytesReceived)) / now.seconds / 1000)} kbit/s`,
    ].join(' | ');
  };
}
