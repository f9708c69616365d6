// A host with an account, who makes meetings by the API.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const binary = join(dirname(fileURLToPath(import.meta.url)), '../../../bin/konklave');
const email = 'host@example.org';
const password = 'richtig pferd batterie klammer';

/** Makes the account beside the running server, and signs in: api asks as that host, enter has a browser be signed in. */
export async function signInHost(server, name) {
  const args = ['admin', 'account', 'add', '--data-dir', server.data, '--email', email, '--name', name, '--role', 'host'];
  execFileSync(binary, args, { input: `${password}\n`, encoding: 'utf8', env: { ...process.env, KONKLAVE_NETNS: '' } });
  const answer = await fetch(`${server.url}/api/login`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]).find((one) => one.startsWith('konklave='));
  return {
    async api(method, path, body) {
      const response = await fetch(server.url + path, { method, headers: { 'Content-Type': 'application/json', Cookie: cookie }, body: body && JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    },
    enter: ({ browser }) => browser.setCookie({ name: 'konklave', value: cookie.slice('konklave='.length), url: server.url, domain: 'localhost', httpOnly: true }),
  };
}
