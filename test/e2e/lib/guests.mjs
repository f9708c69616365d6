// People who use LiveKit's SDKs for Go and for Node.js, each a process of its own: see test/interop-go/guest and
// test/interop/guest/member.mjs.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { converse } from './lines.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const commands = {
  go: [join(root, 'bin/sdk-guest')],
  node: [process.execPath, join(root, 'test/interop/guest/member.mjs')],
};

/**
 * Lets somebody into a room, with the SDK go or node and one PeerConnection (single) or two (dual): within the words of a
 * command, where that brings them.
 */
export async function inviteGuest(name, sdk, mode, url, token, { within = [], env } = {}) {
  // What else it writes is what the SDK logs.
  const guest = converse(name, [...within, ...commands[sdk], url, token, mode], { begin: '{"got"', env });
  await guest.hear();
  return {
    name,
    look: () => guest.ask({ do: 'look' }),
    say: (text, reliable) => guest.ask({ do: 'say', text, reliable }),
    wave: () => guest.ask({ do: 'wave' }),
    forget: () => guest.ask({ do: 'forget' }),
    close: () => guest.close(),
  };
}
