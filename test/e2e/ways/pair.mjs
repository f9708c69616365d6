// Two people who speak and move: Anna behind a line that is the matter, Béla near the server.
import { lively as devices } from '../lib/lively.mjs';
import { people, writeScene, writeSpeech } from '../lib/media.mjs';
import { browseIn } from '../lib/nets.mjs';
import { until } from '../lib/probe.mjs';
import { join, makeMeeting } from '../lib/visit.mjs';
import { build, enter } from './scene.mjs';

/** What a person is in: Chromium, whose devices are files, or Firefox, whose devices are a script; the latter both with marks. */
export const lively = { scene: (path) => writeScene(path), sound: (path) => writeSpeech(path) };
export const livelyFirefox = { inside: 'firefox', media: [devices] };

/**
 * Brings both into a meeting, and gives the scene with bela and how long Anna waited for the first picture (first, ms). The line
 * is like this from the beginning; later is what it becomes when they have met.
 */
export async function pair(line, later, { anna = lively, bela = lively } = {}) {
  let host;
  const scene = await build({
    browse: anna,
    prepare: ({ away }) => away.shape(line),
    host: async (place, server) => {
      host = await browseIn(place, people.bela, bela);
      return { link: await makeMeeting(host, server.url, 'Lines'), close: host.close };
    },
  });
  try {
    scene.bela = host;
    await join(scene.bela, scene.host.link);
    scene.first = await enter(scene);
    await until('pictures of Anna', () => scene.bela.page.evaluate(() => window.testTimes.last), 30_000);
    if (later) await scene.away.shape(later);
    return scene;
  } catch (error) {
    await scene.close();
    throw error;
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
