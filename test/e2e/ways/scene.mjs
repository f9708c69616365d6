// A server, somebody with a good network in a meeting there, and Anna whose network is the matter: each in a place of its own.
import { people } from '../lib/media.mjs';
import { browseIn, hostIn, proxyIn, serveIn, startLab } from '../lib/nets.mjs';
import { until } from '../lib/probe.mjs';
import { join } from '../lib/visit.mjs';

const four = { home: '10.1.0.2/24', near: '10.2.0.2/24', away: '10.3.0.2/24' };
/** Proxies end idle connections after a minute or more; this one after less, so that the test need not wait so long. */
export const idle = 8;
const six = { home: '2001:db8:1::2/64', near: '2001:db8:2::2/64', away: '2001:db8:3::2/64' };
/** An address that no interface of the server has. */
const outside = '198.51.100.7';

/**
 * What is in the way, by names: addrs of the places; what serveIn and browseIn take; and prepare, which changes the network
 * before, with keep for what must be closed.
 */
export const scenes = {
  free: {},
  tcp: { prepare: ({ away }) => away.wall('tcp') },
  far: { prepare: ({ away }) => away.shape({ rate: 3_000_000, delay: 75, jitter: 20, loss: 0.02, burst: 3 }) },
  ipv6: { addrs: six },
  only443: { prepare: ({ away }) => away.wall('tcp/443') },
  proxy: {
    browse: { flags: ['--proxy-server=http://10.5.0.2:3128'] },
    async prepare({ lab, away }, keep) {
      const place = await lab.place('proxy', '10.5.0.2/24');
      await keep(proxyIn(place, `${idle}s`));
      await away.wall('tcp/3128@10.5.0.2');
    },
  },
  nat: {
    serve: { host: outside, flags: ['--rtc-ip', outside] },
    prepare: ({ home }) => home.hideBehind(outside),
  },
};

/** Builds a scene. Its close ends everything, also when building has failed. */
export async function build({ addrs = four, serve, browse, prepare, host = hostIn } = {}) {
  const open = [];
  const keep = async (thing, end = (it) => it.close()) => {
    const it = await thing;
    open.push(() => end(it));
    return it;
  };
  const scene = {
    async close() {
      for (const end of open.splice(0).reverse()) await end();
    },
  };
  try {
    scene.lab = await keep(startLab());
    for (const [name, addr] of Object.entries(addrs)) scene[name] = await scene.lab.place(name, addr);
    await prepare?.(scene, keep);
    scene.server = await keep(serveIn(scene.home, serve), (server) => server.stop());
    scene.host = await keep(host(scene.near, scene.server, 'Host'));
    scene.anna = await keep(browseIn(scene.away, people.anna, browse));
    return scene;
  } catch (error) {
    await scene.close();
    throw error;
  }
}

/** Anna joins; gives how long it took from the click to the first picture (ms). */
export async function enter({ anna, host }) {
  await join(anna, host.link);
  return Math.round(await until('the first picture', () => anna.page.evaluate(() => window.testTimes.first), 30_000));
}

/** Waits until sound and pictures pass both ways. */
export async function meet({ anna, host }) {
  await host.hears();
  let before = await received(anna);
  await until('sound and pictures come', async () => {
    const now = await received(anna);
    if (now.audio < before.audio || now.video < before.video) before = now; // of a new connection
    return now.audio > before.audio && now.video > before.video + 3;
  }, 30_000);
}

/** A measure of the sound, and the pictures, that came by the connections that there are. */
function received({ page }) {
  return page.evaluate(async () => {
    const sum = { audio: 0, video: 0 };
    for (const connection of window.testConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const one of (await connection.getStats()).values()) {
        if (one.type === 'inbound-rtp') sum[one.kind] += (one.kind === 'audio' ? one.totalAudioEnergy : one.framesDecoded) ?? 0;
      }
    }
    return sum;
  });
}

/** How the media go: udp or tcp, or by a relay and how that is reached. And how many connections there have been. */
export function way({ anna }) {
  return anna.page.evaluate(async () => {
    const stats = await window.testConnections.findLast((one) => one.connectionState === 'connected')?.getStats();
    const transport = [...(stats?.values() ?? [])].find((one) => one.type === 'transport' && one.selectedCandidatePairId);
    const pair = stats?.get(transport?.selectedCandidatePairId);
    const local = stats?.get(pair?.localCandidateId);
    const relayed = local?.candidateType === 'relay';
    return { by: relayed ? `relay by ${local.relayProtocol}` : local?.protocol, connections: window.testConnections.length };
  });
}

/** Does something that interrupts the pictures, and waits until they are back; gives for how long there were none (ms). */
export async function interrupted({ anna }, act, limit = 60_000) {
  await anna.page.evaluate(() => { window.testTimes.gap = 0; });
  await act();
  return Math.round(await until('a break, and pictures after it', () => anna.page.evaluate(() => (window.testTimes.gap > 700 ? window.testTimes.gap : 0)), limit));
}
