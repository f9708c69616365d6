// A program that is told things on its standard input, one JSON object in a line, and answers each likewise.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts such a program. Its answers begin like this; whatever else it writes is not for us. */
export function converse(name, [command, ...args], { begin = '{', env = process.env } = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  let complaint = '';
  child.stderr.on('data', (text) => { complaint = (complaint + text).slice(-4000); });
  const ended = new Promise((done) => child.once('exit', done));
  const said = [];
  const waiting = [];
  createInterface(child.stdout).on('line', (line) => {
    if (!line.startsWith(begin)) return;
    if (waiting.length > 0) waiting.shift()(JSON.parse(line));
    else said.push(JSON.parse(line));
  });
  /** The next answer, also to nothing. */
  const hear = () => Promise.race([
    said.length > 0 ? said.shift() : new Promise((done) => waiting.push(done)),
    ended.then(() => { throw new Error(`${name} is gone: ${complaint}`); }),
  ]);
  return {
    hear,
    /** Tells it something and gives its answer; one with an error is thrown. */
    async ask(what) {
      child.stdin.write(`${JSON.stringify(what)}\n`);
      const { error, ...rest } = await hear();
      if (error) throw new Error(`${name}: ${error}`);
      return rest;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
