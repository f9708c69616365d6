// The connection doctor's verdicts on networks that let through everything, and no UDP; in both browsers at once.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';
import { click } from '../lib/visit.mjs';

let server, visitors = [];
before(async () => {
  server = await startServer();
  visitors = await Promise.all([inChromium(people.anna, { devices: 'denied' }), inFirefox(people.dora)]);
});
after(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()));
  await server.stop();
});

/** Lets UDP to the media port and to the relay get lost, as a firewall does. */
function firewall(change) {
  for (const port of ['7882', '3478']) {
    execFileSync('ip', ['rule', change, 'pref', '10', 'ipproto', 'udp', 'dport', port, 'unreachable']);
  }
}

/** Has both check, and gives what each was told: verdict and steps. */
function check(start) {
  return Promise.all(visitors.map(async ({ kind, page }) => {
    await start(page);
    const found = await page.waitForSelector('[data-testid=check-verdict]', { timeout: 30_000 });
    const { code, also } = await found.evaluate(({ dataset }) => ({ ...dataset }));
    const steps = await page.$$eval('[data-testid^=step-]', (rows) => rows.map((row) => `${row.dataset.testid.slice(5)} ${row.dataset.state}: ${row.textContent}`));
    return { kind, code, also, steps };
  }));
}

const has = (steps, wanted) => steps.some((step) => step.startsWith(`${wanted}:`));

test('everything gets through', async () => {
  const found = await check(async (page) => {
    await page.goto(`${server.url}/check`);
    await click(page, 'check-start');
  });
  for (const { kind, code, also, steps } of found) {
    assert.equal(`${code} ${also}`, 'ok ', `${kind}: ${steps}`);
    for (const name of ['signalling', 'udp', 'tcp', 'turn_udp', 'turn_tcp', 'loss', 'down', 'up']) assert.ok(has(steps, `${name} done`), `${kind}: ${steps}`);
  }
});

test('UDP is blocked', async () => {
  firewall('add');
  try {
    const found = await check((page) => click(page, 'check-again'));
    for (const { kind, code, steps } of found) {
      assert.equal(code, 'udp_blocked', `${kind}: ${steps}`);
      for (const step of ['udp failed', 'turn_udp failed', 'tcp done', 'turn_tcp done', 'up done']) assert.ok(has(steps, step), `${kind}: ${steps}`);
    }
  } finally {
    firewall('del');
  }
});

test('nobody was asked for a camera, and nothing was logged about anybody', async () => {
  assert.match(server.log, /POST \/api\/check\/paths\/\{path\}/, 'the checks are in the log');
  assert.doesNotMatch(server.log, /\b10\.77\.0\.1:(?!788|3478)\d+|\b127\.0\.0\.1:(?!788|3478)\d+|Bearer|token=/);
  for (const { page } of visitors) assert.equal(await page.evaluate(() => document.cookie + Object.keys(localStorage)), '');
});
