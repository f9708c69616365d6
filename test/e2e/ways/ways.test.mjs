// People behind all sorts of networks come into a meeting, and stay in it when the network changes: each in a network of its
// own and several at once, since most of the time is waiting.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { concealed, figures } from '../lib/figures.mjs';
import { hostIn, scanFrom, serveIn, startLab, visitIn } from '../lib/nets.mjs';
import { until } from '../lib/probe.mjs';
import { click } from '../lib/visit.mjs';
import { build, enter, idle, interrupted, meet, scenes, way } from './scene.mjs';

const soon = 15_000; // ms, with many browsers on two cores; docs/ways-through.md says how long it takes

/** A test in a scene, in which Anna and the host have met. */
function scene(what, options, run) {
  test(what, { timeout: 85_000 }, async (t) => {
    const net = await build(options);
    try {
      const first = await enter(net);
      assert.ok(first < soon, `the first picture came after ${first} ms`);
      await meet(net);
      t.diagnostic(`first picture after ${first} ms, by ${(await way(net)).by}`);
      await run(net, t);
    } finally {
      await net.close();
    }
  });
}

/** Anna has stayed the same person to the others, and her page what it was. */
async function stayed(net) {
  assert.equal((await net.host.met()).length, 1);
  assert.equal(net.anna.page.url(), net.host.link);
  assert.equal(await net.anna.page.$('[data-testid=error-page]'), null);
}

/** What the page that checks the connection says: one of these codes. A server that has too much to do is asked again. */
async function doctor({ anna, server }, ...codes) {
  const page = await anna.browser.newPage();
  await page.goto(`${server.url}/check`);
  await click(page, 'check-start');
  for (;;) {
    const verdict = await page.waitForSelector('[data-testid=check-verdict]', { timeout: 40_000 });
    const code = await verdict.evaluate((one) => one.dataset.code);
    if (code !== 'overloaded') {
      assert.ok(codes.includes(code), `the doctor says ${code}`);
      return page.close();
    }
    await new Promise((done) => setTimeout(done, 2000)); // as the page asks people to, in fewer seconds
    await click(page, 'check-again');
    await page.waitForFunction((one) => !one.isConnected, {}, verdict);
  }
}

/** What it says when UDP passes: where many browsers measure at once, the line may be slow. */
const good = ['ok', 'slow_up', 'slow_down', 'lossy'];

/** The network changes in the call, and nobody does anything. */
async function survives(net, t, act, limit) {
  const gap = await interrupted(net, act, limit);
  await meet(net);
  await stayed(net);
  const now = await way(net);
  t.diagnostic(`no pictures for ${gap} ms, then by ${now.by}, connections made: ${now.connections}`);
  return { gap, ...now };
}

describe('ways through', { concurrency: 3 }, () => {
  scene('nothing passes for 20 s', scenes.free, async (net, t) => {
    const { gap } = await survives(net, t, async () => {
      await net.away.cutOff();
      await new Promise((done) => setTimeout(done, 20_000)); // what the test is about
      await net.away.wall();
    });
    assert.ok(gap < 32_000, `back ${gap - 20_000} ms after the network`);
  });
  scene('UDP becomes blocked in a call', scenes.free, async (net, t) => {
    const { by, gap } = await survives(net, t, () => net.away.wall('tcp'));
    assert.match(by, /tcp$/); // directly, or by the relay
    assert.ok(gap < 15_000, `back after ${gap} ms`); // by itself Chromium needs longer
  });
  scene('another address in a call', scenes.free, async (net, t) => {
    const { gap } = await survives(net, t, () => net.away.move('10.4.0.2/24'));
    assert.ok(gap < 12_000, `back after ${gap} ms`);
  });
  scene('a proxy ends idle connections', scenes.proxy, async (net) => {
    assert.equal((await way(net)).by, 'relay by tls');
    await doctor(net, 'only_tls_443');
    for (const device of ['ctl-mic', 'ctl-cam']) await click(net.anna.page, device);
    await net.host.close(); // now Anna has nothing to send or get
    await new Promise((done) => setTimeout(done, 2.5 * idle * 1000)); // what the test is about
    const logged = (route) => net.server.log.split(`route=${route} `).length - 1;
    assert.equal(logged('/rtc/v1'), 1, 'signalling was ended by the proxy'); // logged when it begins
    assert.equal(logged('"GET /control"'), 1, 'the control connection was ended'); // logged when it ends, as that of the host
    assert.deepEqual(await way(net), { by: 'relay by tls', connections: 1 });
    for (const device of ['ctl-mic', 'ctl-cam']) await click(net.anna.page, device);
    net.host = await hostIn(net.near, net.server, 'Another', net.host.link);
    try {
      await meet(net);
    } finally {
      await net.host.close();
    }
  });
  scene('nothing but port 443 passes', scenes.only443, async (net) => {
    assert.equal((await way(net)).by, 'relay by tls');
    assert.equal((await net.away.packets()).passed.udp, 0);
    await doctor(net, 'only_tls_443');
  });
  test('the relay is not open', async () => {
    const lab = startLab();
    const [home, away, victim] = await Promise.all(['home', 'away', 'victim'].map((name, i) => lab.place(name, `10.${i + 1}.0.2/24`)));
    const server = await serveIn(home);
    const seat = await visitIn(away, server, 'Mallory');
    try {
      const targets = [`${victim.addr}:9`, '192.168.1.1:53', '169.254.169.254:80', '198.51.100.9:443', '127.0.0.1:7889', '224.0.0.1:9', '[::1]:22', '[fd00::1]:80'];
      const { tried, open } = await scanFrom(away, server, seat.token, targets);
      assert.deepEqual(open, []);
      assert.ok(tried >= 3 * (targets.length + 4), `${tried} tried`); // over UDP, TCP and TLS
      assert.deepEqual((await victim.packets()).passed, { udp: 0, tcp: 0 });
    } finally {
      await seat.close();
      await server.stop();
      await lab.close();
    }
  });
  scene('nothing is in the way', scenes.free, async (net) => {
    assert.equal((await way(net)).by, 'udp');
    await doctor(net, ...good);
  });
  scene('UDP is blocked', scenes.tcp, async (net) => {
    assert.match((await way(net)).by, /tcp$/); // directly, or by the relay
    assert.equal((await net.away.packets()).passed.udp, 0);
    await doctor(net, 'udp_blocked');
  });
  scene('a long and narrow line that loses packets', scenes.far, async (net, t) => {
    assert.equal((await way(net)).by, 'udp');
    await net.away.shape({ rate: 300_000, delay: 50, loss: 0.05 });
    await until('sound that can be understood, and pictures', async () => {
      const before = await figures(net.anna);
      await new Promise((done) => setTimeout(done, 4000)); // a while to look at
      const now = await figures(net.anna, before);
      const what = `${concealed(now).toFixed(1)} % of the sound made up, ${now.video.framesDecoded} pictures in ${now.seconds.toFixed(1)} s`;
      if (!(concealed(now) < 15 && now.video.framesDecoded > 2 * now.seconds)) throw new Error(what);
      t.diagnostic(what);
      return true;
    }, 30_000);
  });
  scene('IPv6 only', scenes.ipv6, async (net) => {
    assert.equal((await way(net)).by, 'udp');
    await doctor(net, ...good);
  });
  scene('the server is behind a 1:1 NAT', scenes.nat, async (net) => {
    assert.equal((await way(net)).by, 'udp');
    await doctor(net, ...good);
  });
});
