// A whole meeting at debug level leaves nothing personal in logs, metrics or addresses; and the search for it works.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/probe.mjs';
import { click, join, makeMeeting, meets, type } from '../lib/visit.mjs';

const title = 'Geheimer Elternabend';
const said = 'Vertrauliche Worte';
let server, anna, bela, link;

/** What must not be found, by what it is. Own listening addresses are no secret of anybody. */
function secrets() {
  const id = new URL(link).pathname.split('/').pop();
  return {
    name: /Anna|B%C3%A9la|Béla/, title: /Geheimer|Elternabend/, chat: /Vertrauliche|VmVydHJhdWxpY2hl/,
    link: new RegExp(id), token: /eyJ[A-Za-z0-9_-]{10,}/, query: /access_token|join_request|\?(?!transport=)[a-z_]+=/,
    address: /\b10\.77\.0\.1:(?!3478\b)\d{4,5}\b|\b127\.0\.0\.1:(?!78(?:80|81|82|89)\b)\d{4,5}\b|\[[0-9a-f:]+\]:(?!788)\d{4,5}/,
  };
}

/** The kinds of secrets that a text holds. */
function leaks(text) {
  return Object.entries(secrets()).filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
}

before(async () => {
  server = await startServer();
  [anna, bela] = await Promise.all([inChromium(people.anna), inChromium(people.bela)]);
  link = await makeMeeting(anna, server.url, title);
  await join(anna, link);
  await join(bela, link);
  await meets(anna, bela);
  await click(anna.page, 'ctl-chat');
  await type(anna.page, 'chat-input', said);
  await click(anna.page, 'chat-send');
  await until('it was said', () => anna.page.$('[data-testid=chat-message]'));
});
after(async () => {
  await Promise.all([anna?.close(), bela?.close()]);
  await server.stop();
});

/** What the browser keeps of the page. */
const kept = ({ page }) => page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(Boolean));

test('the page keeps its ticket as long as the tab is in the meeting, and nothing else', async () => {
  for (const visitor of [anna, bela]) {
    assert.deepEqual(await kept(visitor), ['konklave.ticket']);
    const ticket = await visitor.page.evaluate(() => sessionStorage.getItem('konklave.ticket'));
    const { name, title, chat } = secrets();
    for (const secret of [name, title, chat]) assert.doesNotMatch(ticket, secret);
  }
});

test('metrics hold nothing personal', async () => {
  const text = await (await fetch(server.metricsURL)).text();
  assert.match(text, /konklave_participants 2/);
  assert.deepEqual(leaks(text), []);
});

test('addresses of our choosing hold nothing personal', () => {
  for (const { requests } of [anna, bela]) {
    for (const text of requests.filter((url) => url.startsWith('http') || url.startsWith('ws'))) {
      const url = new URL(text);
      if (url.pathname.startsWith('/rtc')) continue; // LiveKit's own query
      const rest = url.pathname.replace(/^\/(m|api\/links)\/[\w-]{22}/, '') + url.search;
      assert.deepEqual(leaks(rest), [], url.pathname.split('/')[1]);
    }
  }
});

test('pages tell nobody where they came from', async () => {
  const response = await fetch(server.url);
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
});

test('logs hold nothing personal, also after leaving', async () => {
  await click(bela.page, 'ctl-leave');
  await bela.page.waitForSelector('[data-testid=left-page]');
  assert.deepEqual(await kept(bela), [], 'the ticket goes with the place');
  await until('the leave is logged', () => /participant=PA_|"participant":"PA_/.test(server.log));
  assert.ok(server.log.length > 500, 'the log was written');
  const found = server.log.split('\n').filter((line) => leaks(line).length > 0);
  assert.deepEqual(found, []);
});

test('the search finds what is planted', () => {
  const id = new URL(link).pathname.split('/').pop();
  const planted = {
    name: 'joined name=Anna', title: `meeting title="${title}"`, chat: said, link: `GET /m/${id}`,
    token: 'token eyJhbGciOiJIUzI1NiJ9.e30', query: 'GET /rtc/v1?access_token=x', address: 'check from 10.77.0.1:49152',
  };
  for (const [kind, line] of Object.entries(planted)) assert.ok(leaks(line).includes(kind), kind);
});
