// A TCP relay that can fall silent: sockets stay open and pass no bytes, as a dead mobile line does. It can also cut them.
import net from 'node:net';

export async function startRelay({ from, to }) {
  const pairs = new Set();
  let silent = false;
  const pass = (a, b) => {
    a.on('data', (bytes) => b.write(bytes));
    a.on('close', () => b.destroy());
    a.on('error', () => b.destroy());
  };
  const listener = net.createServer((client) => {
    const server = net.connect(to, '127.0.0.1');
    const pair = { client, server };
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    if (silent) { client.pause(); server.pause(); }
    pass(client, server);
    pass(server, client);
  });
  await new Promise((done) => listener.listen(from, '127.0.0.1', done));
  return {
    url: `http://localhost:${listener.address().port}`,
    /** From now on nothing passes; connections are accepted and say nothing. */
    fallSilent() {
      silent = true;
      for (const { client, server } of pairs) { client.pause(); server.pause(); }
    },
    /** What waited passes now. */
    speak() {
      silent = false;
      for (const { client, server } of pairs) { client.resume(); server.resume(); }
    },
    /** Ends the connections that there are. New ones are taken. */
    cut() {
      for (const { client, server } of pairs) { client.destroy(); server.destroy(); }
    },
    async close() {
      for (const { client, server } of pairs) { client.destroy(); server.destroy(); }
      await new Promise((done) => listener.close(done));
    },
  };
}
