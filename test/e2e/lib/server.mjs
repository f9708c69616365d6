// Starts the built binary in a data directory of its own, and ends it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const binary = join(dirname(fileURLToPath(import.meta.url)), '../../../bin/konklave');

/**
 * A running server. log holds all it printed; stop ends it by SIGTERM and gives the exit code. Within the words of a
 * command it runs where that brings it, and is ready when it says so.
 */
export async function startServer({ flags = [], port = 7880, metrics = 7889, data, within = [] } = {}) {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'konklave-data-'));
  const args = ['serve', '--open-hosting', '--data-dir', folder, '--port', String(port), '--log-level', 'debug', ...flags];
  const [command, ...words] = [...within, binary, ...args];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, KONKLAVE_NETNS: '' } });
  const server = { url: `http://localhost:${port}`, metricsURL: `http://127.0.0.1:${metrics}/metrics`, log: '', pid: child.pid, child, data: folder };
  child.stdout.on('data', (text) => (server.log += text));
  child.stderr.on('data', (text) => (server.log += text));
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  server.stop = async ({ signal = 'SIGTERM', keep = false } = {}) => {
    child.kill(signal);
    const code = await ended;
    if (!keep) rmSync(folder, { recursive: true, force: true });
    return code;
  };
  const ready = async () => (within.length > 0 ? server.log.includes('is ready: ') : (await fetch(`${server.url}/readyz`)).ok);
  const limit = Date.now() + 10_000;
  for (;;) {
    try {
      if (await ready()) return server;
    } catch { /* not listening yet */ }
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`the server did not start:\n${server.log}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** What the operator types to have the server drain. */
export function drain(server, ...flags) {
  return execFileSync(binary, ['drain', '--data-dir', server.data, ...flags], { encoding: 'utf8', env: { ...process.env, KONKLAVE_NETNS: '' } });
}

/** Calls the server API as an administrator of the room that the request names, and gives the answer. */
export async function call(server, method, request) {
  const args = ['token', 'create', '--data-dir', server.data, '--room', request.room, '--identity', 'application', '--room-admin'];
  const token = execFileSync(binary, args, { encoding: 'utf8', env: { ...process.env, KONKLAVE_NETNS: '' } }).trim();
  const answer = await fetch(`${server.url}/twirp/livekit.RoomService/${method}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(request),
  });
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
