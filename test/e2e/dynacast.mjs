// How long a layer takes to come back that nobody watched and the sender therefore left out (dynacast): from asking for it to the
// first of its pictures, with livekit-client in Chromium. The answer's first packet is earlier than that. Also how long after the
// last viewer turned to another layer it is left out. Prints medians and 95th percentiles; run it by "bash netns.sh node dynacast.mjs"
// on a quiet machine.
import { inChromium } from './lib/browsers.mjs';
import { enter, sees, startApplication } from './lib/livekit.mjs';
import { people } from './lib/media.mjs';
import { until } from './lib/probe.mjs';
import { startServer } from './lib/server.mjs';

const rounds = 20;
const camera = { width: 1280, height: 720, fps: 10, frames: 10 };

const [server, application] = [await startServer(), await startApplication()];
const [anna, bela] = await Promise.all(['anna', 'bela'].map((name) => inChromium({ ...people[name], camera })));
try {
  for (const one of [anna, bela]) await enter(one, application, server, 'dynacast', {});
  await sees(anna, bela, 'HIGH', 1280);
  const took = { 'left out': [], 'back': [] };
  for (let n = 0; n < rounds; n++) {
    const turned = performance.now();
    await sees(anna, bela, 'LOW', 320);
    await until('the layer to be left out', async () => !(await layers(bela)).includes(720), 20_000);
    took['left out'].push(performance.now() - turned);
    took.back.push(await back());
  }
  for (const [what, values] of Object.entries(took)) {
    values.sort((a, b) => a - b);
    console.log(`${what}: ${Math.round(values[rounds / 2])} ms, p95 ${Math.round(values[Math.floor(rounds * 0.95)])} ms, ${rounds} rounds`);
  }
} finally {
  await Promise.all([anna.close(), bela.close()]);
  application.stop();
  await server.stop();
}

/** The layers, in lines, of which somebody's browser is told to send pictures. */
function layers(person) {
  return person.page.evaluate(async () => {
    const sent = [];
    for (const connection of window.testConnections) {
      for (const one of (await connection.getStats()).values()) {
        if (one.type === 'outbound-rtp' && one.kind === 'video' && one.active) sent.push(one.frameHeight);
      }
    }
    return sent;
  });
}

/** Asks for the highest layer again and gives the time until a picture of it is there, ms. */
function back() {
  return anna.page.evaluate((identity) => new Promise((done, fail) => {
    const { VideoQuality, Track } = window.LivekitClient;
    const camera = window.call.room.remoteParticipants.get(identity).getTrackPublication(Track.Source.Camera);
    const [element] = camera.track.attachedElements;
    const begun = performance.now();
    const look = () => {
      if (element.videoWidth === 1280) return void done(performance.now() - begun);
      if (performance.now() - begun > 20_000) return void fail(new Error('the layer did not come back'));
      element.requestVideoFrameCallback(look);
    };
    element.requestVideoFrameCallback(look);
    camera.setVideoQuality(VideoQuality.HIGH);
  }), bela.name);
}
