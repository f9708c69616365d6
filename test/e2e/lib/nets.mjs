// Networks between server and browsers: places in namespaces of their own, with lines and walls between them that change on
// command. See test/nets.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, firefox, inChromium, inFirefox } from './browsers.mjs';
import { inviteGuest } from './guests.mjs';
import { stopwatch } from './inject.mjs';
import { converse } from './lines.mjs';
import { until } from './probe.mjs';
import { startServer } from './server.mjs';

const nets = join(dirname(fileURLToPath(import.meta.url)), '../../../bin/nets');

/** A network without places yet. */
export function startLab() {
  const lab = converse('the lab', [nets, 'lab']);
  return {
    /** Makes a place with these addresses: "10.1.0.2/24". */
    async place(name, ...addrs) {
      const { netns } = await lab.ask({ do: 'place', place: name, addrs });
      const order = (what, more) => lab.ask({ do: what, place: name, ...more });
      return {
        name,
        addr: addrs[0].split('/')[0],
        /** The words before a command that has it run there. */
        within: ['nsenter', `--net=${netns}`],
        /** Lets only pass what goes through these gates: "udp", "tcp/443", "tcp/443@10.1.0.2". Without any, everything. */
        wall: (...gates) => order('wall', { gates }),
        /** Lets nothing pass. */
        cutOff: () => order('wall', { closed: true }),
        /** How good the lines from and to it are: rate, queue, delay, jitter, loss, burst (test/nets/shaper). */
        shape: (up, down = up) => order('shape', { up, down }),
        /** Replaces its addresses. */
        move: (...to) => order('move', { addrs: to }),
        /** A port of loopback by which this process reaches the same port in the place. */
        reach: async () => (await order('reach')).port,
        /** Has others know it by this address only. */
        hideBehind: (outside) => order('nat', { outside }),
        /** Packets in both directions that its wall passed and stopped, by udp and tcp. */
        async packets() {
          const { passed = {}, stopped = {} } = await order('look');
          return { passed: { udp: 0, tcp: 0, ...passed }, stopped: { udp: 0, tcp: 0, ...stopped } };
        },
      };
    },
    close: () => lab.close(),
  };
}

/** The built binary in a place, with HTTPS on port 443 by a certificate of its own, under this address. */
export async function serveIn(place, { host = place.addr, bind = place.addr, flags = [] } = {}) {
  const url = `https://${host.includes(':') ? `[${host}]` : host}`;
  const server = await startServer({
    port: 443, within: place.within, flags: ['--bind', bind, '--tls-self-signed', '--turn-tls', '--public-url', url, '--metrics-bind', '127.0.0.1:7889', ...flags],
  });
  return Object.assign(server, { url });
}

/** What makes Go programs take the server's certificate. */
const trusting = (server) => ({ ...process.env, SSL_CERT_FILE: join(server.data, 'self-signed.pem') });

/** A seat in a meeting, without media: its link, token and id. Without a page of one, the meeting is made. */
export async function visitIn(place, server, name, page = '/new') {
  const seat = converse(name, [...place.within, nets, 'visit', server.url, page.split('/').pop(), name], { env: trusting(server) });
  return { ...await seat.hear(), close: () => seat.close() };
}

/** Tries from a place to have the server's relay reach these addresses: what was tried, and what should have been refused. */
export function scanFrom(place, server, token, targets) {
  return converse('the scan', [...place.within, nets, 'scan', server.url, token, ...targets], { env: trusting(server) }).hear();
}

/** An HTTP proxy in a place, on port 3128, that ends connections over which nothing passed for so long ("8s"). */
export async function proxyIn(place, idle) {
  const proxy = converse('the proxy', [...place.within, nets, 'proxy', `${place.addr}:3128`, idle]);
  await proxy.hear();
  return proxy;
}

/** Somebody in Chromium, or Firefox, in a place. The certificate is taken without a warning. */
export async function browseIn(place, who, { flags = [], inside = 'chromium', ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'konklave-nets-'));
  const executable = join(folder, inside);
  writeFileSync(executable, `#!/bin/sh\nexec ${place.within.join(' ')} ${inside === 'firefox' ? firefox : chromium} "$@"\n`);
  chmodSync(executable, 0o755);
  const person = inside === 'firefox'
    ? await inFirefox(who, { executable, debuggingPort: await place.reach(), acceptInsecureCerts: true, ...options })
    : await inChromium(who, { executable, pipe: true, ...options, flags: ['--ignore-certificate-errors', ...flags] });
  await person.page.evaluateOnNewDocument(stopwatch);
  const close = person.close;
  return Object.assign(person, {
    async close() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/**
 * Somebody in a meeting of the server, by an SDK and in a place whose network is good: whom people meet who have trouble.
 * Without a link a meeting is made for it.
 */
export async function hostIn(place, server, name, page) {
  const env = trusting(server);
  const seat = await visitIn(place, server, name, page);
  const { link, token } = seat;
  const guest = await inviteGuest(name, 'go', 'single', server.url.replace('http', 'ws'), token, { within: place.within, env });
  const waving = setInterval(() => guest.wave().catch(() => {}), 2000); // else it is not forwarded
  const got = async () => (await guest.look()).got; // packets by "identity kind"
  return {
    name, link: `${server.url}/m/${link}`,
    /** Waits until sound and picture of somebody come. */
    async hears(limit = 30_000) {
      const before = await got();
      await until(`${name} gets sound and picture`, async () => {
        const now = await got();
        const more = (kind) => Object.keys(now).some((what) => what.endsWith(` ${kind}`) && now[what] > (before[what] ?? 0) + 5);
        if (more('audio') && more('video')) return true;
        throw new Error(JSON.stringify(now));
      }, limit);
    },
    /** The identities of whom anything came so far. */
    met: async () => [...new Set(Object.keys(await got()).map((what) => what.split(' ')[0]))],
    async close() {
      clearInterval(waving);
      await guest.close();
      await seat.close();
    },
  };
}
