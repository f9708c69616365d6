// Starts the built binary on free ports, a receiver of its webhooks, and people in its rooms.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** API key and secret of development mode. */
export const [key, secret] = ['devkey', 'secret'];

/** A port that was free a moment ago. */
async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Asks until an answer is not undefined. */
export async function until(what, ask, patience = 10_000) {
  for (const limit = Date.now() + patience; ; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > limit) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/**
 * The URL of a running server that posts its webhooks to hook, if there is one. stop ends it; kill ends it as a crash
 * would, and starts it again.
 */
export async function startServer(hook) {
  const folder = mkdtempSync(join(tmpdir(), 'konklave-interop-'));
  const port = await freePort();
  const flags = [
    'serve', '--dev', '--open-hosting', '--data-dir', folder, '--port', String(port), '--metrics-bind', '127.0.0.1:0',
    '--rtc-udp-port', '0', '--rtc-tcp-port', String(await freePort()), '--log-level', 'debug',
    ...(hook ? ['--webhook-url', hook] : []),
  ];
  const server = { url: `http://127.0.0.1:${port}`, port, log: '' };
  let child, ended;
  const run = async () => {
    child = spawn(join(root, 'bin/konklave'), flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (text) => (server.log += text));
    child.stderr.on('data', (text) => (server.log += text));
    ended = new Promise((done) => child.once('exit', done));
    await until(`the server:\n${server.log}`, async () => {
      if (child.exitCode !== null) throw new Error(`the server did not start:\n${server.log}`);
      return fetch(`${server.url}/readyz`).then((answer) => answer.ok, () => false);
    });
  };
  server.stop = async () => {
    child.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  server.kill = async () => {
    child.kill('SIGKILL');
    await ended;
    await run();
  };
  await run();
  return server;
}

/** Somebody who listens for webhooks and has each read by read(body, authorization). */
export async function startReceiver(read) {
  const events = [];
  const faults = [];
  const http = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    try {
      if (request.headers['content-type'] !== 'application/webhook+json') throw new Error('wrong Content-Type');
      events.push(await read(body, request.headers.authorization));
    } catch (fault) {
      faults.push(fault);
    }
    response.end();
  });
  await new Promise((done) => http.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${http.address().port}/hook`, events, faults, stop: () => http.close() };
}

let guest;

/** Lets somebody join with a token. said holds what it was told; leave has it go. */
export async function enter(url, token) {
  if (!guest) {
    guest = join(mkdtempSync(join(tmpdir(), 'konklave-guest-')), 'guest');
    execFileSync('go', ['build', '-o', guest, './test/interop/guest'], { cwd: root, stdio: 'inherit' });
    process.once('exit', () => rmSync(dirname(guest), { recursive: true, force: true }));
  }
  const child = spawn(guest, [url, token], { stdio: ['pipe', 'pipe', 'pipe'] });
  const person = { said: [], complaint: '' };
  child.stderr.on('data', (text) => (person.complaint += text));
  createInterface(child.stdout).on('line', (line) => person.said.push(JSON.parse(line)));
  const ended = new Promise((done) => child.once('exit', done));
  person.leave = () => {
    child.stdin.end();
    return ended;
  };
  person.told = (event, more = () => true) => until(`${event}; ${person.complaint}`, () => {
    if (person.complaint) throw new Error(person.complaint);
    return person.said.find((one) => one.event === event && more(one));
  });
  Object.assign(person, await person.told('joined'));
  return person;
}
