// The page of the Ampel in browsers that draw: it rates without telling the server anything, goes to paper whole, works by keyboard
// alone, and the accessibility rules find nothing, contrast among them. With SHOTS=folder each part is photographed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from '../lib/axe.mjs';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';
import { click } from '../lib/visit.mjs';

const folder = mkdtempSync(join(tmpdir(), 'konklave-ampel-'));
const at = (id) => `[data-testid=${id}]`;
const shots = process.env.SHOTS;
let server, anna, bela;
before(async () => {
  server = await startServer({ flags: ['--ampel-public'] });
  [anna, bela] = await Promise.all([inChromium(people.anna, { devices: 'denied' }), inFirefox(people.bela)]);
});
after(async () => {
  await Promise.all([anna?.close(), bela?.close()]);
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page has asked for; what a browser makes by itself is none. */
const asked = ({ requests }) => requests.filter((url) => !/^(blob|data):/.test(url));

async function open(visitor) {
  await visitor.page.goto(`${server.url}/ampel`);
  await visitor.page.waitForSelector(at('ampel-lights'));
}

const colour = ({ page }, light, wanted) => page.waitForSelector(`${at('ampel-lights')} [data-light=${light}][data-colour=${wanted}]`);

async function part({ page, kind }, id) {
  await click(page, id);
  await page.waitForSelector(id.startsWith('tab-') ? `${at(id)}[data-selected]` : `${at(id)}[aria-current]`);
  if (!shots) return;
  for (const [width, height] of [[1280, 800], [390, 844], [320, 640]]) {
    await page.setViewport({ width, height });
    await page.screenshot({ path: `${shots}/ampel-${kind}-${id}-${width}.png` });
  }
  await page.setViewport({ width: 1280, height: 800 });
}

async function wantNoFaults(visitor, parts) {
  for (const id of parts) {
    await part(visitor, id);
    assert.deepEqual(await faults(visitor.page), [], `${id}, ${visitor.kind}`);
  }
}

/** What goes to paper. */
async function onPaper({ page }) {
  const path = join(folder, 'paper.pdf');
  await page.evaluate(() => {
    globalThis.paper = '';
    window.addEventListener('beforeprint', () => (globalThis.paper = document.querySelector('.ampel-paper')?.textContent ?? ''), { once: true });
  });
  await page.pdf({ path });
  return { text: await page.evaluate(() => globalThis.paper), pages: (readFileSync(path, 'latin1').match(/\/Type\s*\/Page\b/g) ?? []).length };
}

test('a file is rated in Chromium, goes to paper, is saved with its comments, and nothing is sent', async () => {
  const { page } = anna;
  await open(anna);
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, '# mine\nservice: Geheimdienst\nfindings:\n  C01: {state: missing, evidence: attested}  # asked twice\n');
  await (await page.$('input[type=file]')).uploadFile(file);
  await colour(anna, 'legal', 'red');
  const before = asked(anna);
  await click(page, 'step-technical');
  await click(page, 'T16-green');
  const paper = await onPaper(anna);
  assert.match(paper.text, /Geheimdienst[^]*C01[^]*O12[^]*T40/);
  assert.ok(paper.pages > 3, `${paper.pages} pages`);
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await click(page, 'ampel-save');
  const saved = await until('the file is saved', () => readFileSync(join(folder, 'ampel-geheimdienst.yaml'), 'utf8'));
  assert.match(saved, /^# mine\n[^]*# asked twice[^]*T16:\n\s+state: green/);
  for (const [theme, parts] of [['light', ['step-organisational', 'tab-criteria', 'tab-history']], ['dark', ['tab-assess', 'step-service', 'step-contract', 'step-result']]]) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await wantNoFaults(anna, parts);
  }
  assert.deepEqual(asked(anna).slice(before.length).filter((url) => !/\/assets\/rewrite-[\w-]+\.js$/.test(url)), [], 'after the page and the reader of files are there, nothing is asked for');
  assert.ok(asked(anna).every((url) => url.startsWith(server.url)), asked(anna).join('\n'));
  assert.doesNotMatch(asked(anna).join('\n') + server.log, /Geheimdienst|POST|C01/);
  assert.deepEqual(anna.failures, []);
});

test('in Firefox a form is filled by keyboard alone, its light is said, and nothing is asked for', async () => {
  const { page } = bela;
  await open(bela);
  const before = asked(bela).length;
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.focus(at('ampel-service'));
  await page.keyboard.type('Geheimdienst');
  await page.focus(at('step-service'));
  await press('Tab', 'Enter'); // the contract
  await page.waitForFunction(() => document.activeElement?.tagName === 'H2');
  await press('Tab', 'Tab', 'ArrowDown', 'ArrowDown'); // nobody involved; C01: not known, met, no contract
  await colour(bela, 'legal', 'red');
  await colour(bela, 'technical', 'not_rated');
  assert.deepEqual(await page.$eval(`${at('ampel-lights')} [role=status]`, (status) => [status.getAttribute('aria-atomic'), status.textContent]), ['true', 'Gesamt: ✕RotRecht: ✕RotTechnik: –Nicht gewertet']);
  assert.match((await onPaper(bela)).text, /Geheimdienst[^]*C01[^]*T40/);
  await wantNoFaults(bela, ['step-contract', 'step-result', 'tab-history']);
  assert.equal(asked(bela).length, before, asked(bela).slice(before).join('\n'));
});

test('on a server that keeps it for people with an account, others are asked to sign in', async () => {
  await server.stop();
  server = await startServer();
  const { page } = anna;
  await page.goto(`${server.url}/ampel`);
  await click(page, 'ampel-sign-in');
  await page.waitForSelector(at('sign-in-email'));
  assert.equal(new URL(page.url()).pathname, '/ampel', 'who signs in is where they wanted to be');
});
