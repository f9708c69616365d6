// Has Chromium send its camera to the built server, as livekit-client does, and writes down sizes, times and header
// extensions of the packets: what the benchmark's cameras replay. Run it by "make record" on a machine that has two cores
// to itself: an encoder that lacks time sends something else.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inChromium } from './lib/browsers.mjs';
import { startApplication, ticket } from './lib/livekit.mjs';
import { writeScene } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [settling, seconds] = [20_000, 5]; // the bitrate rises for some seconds

const folder = mkdtempSync(join(tmpdir(), 'konklave-record-'));
const listener = join(folder, 'bench');
execFileSync('go', ['build', '-o', listener, './bench'], { cwd: root, stdio: 'inherit' });
const [server, application] = [await startServer(), await startApplication()];
const person = await inChromium({ name: 'camera', colour: [90, 120, 150], tone: 440 }, { scene: (path) => writeScene(path) });
try {
  writeFileSync(`/proc/${person.browser.process().pid}/autogroup`, '-20'); // before all else that runs (sched(7))
} catch { /* not ours to say */ }
try {
  await person.page.goto(application.url);
  await person.page.evaluate(async (url, token) => {
    const { Room } = window.LivekitClient;
    window.room = new Room();
    await window.room.connect(url, token);
    await window.room.localParticipant.setCameraEnabled(true, { resolution: { width: 1280, height: 720, frameRate: 30 } });
  }, server.url.replace('http', 'ws'), ticket(server, 'record', 'camera'));
  await new Promise((done) => setTimeout(done, settling));
  execFileSync(listener, ['-record', join(root, 'bench/load/chromium.txt'), '-lasts', `${seconds}s`], { stdio: 'inherit' });
  console.log(await person.page.evaluate(async () => {
    const [publication] = window.room.localParticipant.trackPublications.values();
    const stats = await publication.track.sender.getStats();
    return [...stats.values()].filter((s) => s.type === 'outbound-rtp')
      .map((s) => `${s.rid} ${s.frameWidth}x${s.frameHeight} ${s.framesPerSecond} pictures/s, limited by ${s.qualityLimitationReason}`).join('\n');
  }));
} finally {
  await person.close();
  application.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
