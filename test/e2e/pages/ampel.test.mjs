// The page of the Ampel in a browser that draws: it rates a file without telling the server, and the accessibility rules find
// nothing, contrast among them, in light and dark.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';
import { click } from '../lib/visit.mjs';

const axe = readFileSync(new URL('../../../web/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'konklave-ampel-'));
let server, anna;
before(async () => {
  server = await startServer({ flags: ['--ampel-public'] });
  anna = await inChromium(people.anna, { devices: 'denied' });
});
after(async () => {
  await anna?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

test('a file is rated in the browser, saved with its comments, and nothing is sent', async () => {
  const { page } = anna;
  await page.goto(`${server.url}/ampel`);
  await page.waitForSelector('[data-testid=ampel-lights]');
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, '# mine\nservice: Geheimdienst\nfindings:\n  C01: {state: missing, evidence: attested}  # asked twice\n');
  await (await page.$('input[type=file]')).uploadFile(file);
  await page.waitForSelector('[data-light=legal][data-colour=red]');
  await click(page, 'step-technical');
  await click(page, 'T16-green');
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await click(page, 'ampel-save');
  const saved = await until('the file is saved', () => readFileSync(join(folder, 'ampel-geheimdienst.yaml'), 'utf8'));
  assert.match(saved, /^# mine\n[^]*# asked twice[^]*T16:\n\s+state: green/);
  for (const [theme, parts] of [['light', ['step-organisational', 'tab-criteria', 'tab-history']], ['dark', ['tab-assess', 'step-contract', 'step-result']]]) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    for (const part of parts) {
      await click(page, part);
      await page.waitForSelector(part.startsWith('tab-') ? `[data-testid=${part}][data-selected]` : `[data-testid=${part}][aria-current]`);
      assert.deepEqual(await faults(page), [], `${part}, ${theme}`);
    }
  }
  assert.ok(anna.requests.every((url) => url.startsWith(server.url) || url.startsWith('blob:')), anna.requests.join('\n'));
  assert.doesNotMatch(anna.requests.join('\n') + server.log, /Geheimdienst|POST|C01/);
  assert.deepEqual(anna.failures, []);
});
