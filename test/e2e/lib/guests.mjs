// People who use LiveKit's SDKs for Go and for Node.js, each a process of its own: see test/interop-go/guest and
// test/interop/guest/member.mjs.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const commands = {
  go: [join(root, 'bin/sdk-guest')],
  node: [process.execPath, join(root, 'test/interop/guest/member.mjs')],
};

/** Lets somebody into a room, with the SDK go or node and one PeerConnection (single) or two (dual). */
export async function inviteGuest(name, sdk, mode, url, token) {
  const [command, ...args] = commands[sdk];
  const child = spawn(command, [...args, url, token, mode], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => { complaint = (complaint + text).slice(-4000); });
  const ended = new Promise((done) => child.once('exit', done));
  const waiting = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"got"')) waiting.shift()?.(JSON.parse(line)); // the rest is what the SDK logs
  });
  const answer = () => Promise.race([
    new Promise((done) => waiting.push(done)),
    ended.then(() => { throw new Error(`${name} is gone: ${complaint}`); }),
  ]);
  const order = async (what) => {
    const seen = answer();
    child.stdin.write(`${JSON.stringify(what)}\n`);
    const { error, ...rest } = await seen;
    if (error) throw new Error(`${name}: ${error}`);
    return rest;
  };
  await answer();
  return {
    name,
    look: () => order({ do: 'look' }),
    say: (text, reliable) => order({ do: 'say', text, reliable }),
    forget: () => order({ do: 'forget' }),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
