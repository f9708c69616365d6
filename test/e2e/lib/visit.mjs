// What a person does: by the marks of the page that stay the same whatever it looks like.
import { until, tiles, tone, alike } from './probe.mjs';

const at = (id) => `[data-testid=${id}]`;

export async function click(page, id) {
  const element = await page.waitForSelector(at(id), { visible: true, timeout: 20_000 });
  await element.click();
}

export async function type(page, id, text) {
  const element = await page.waitForSelector(at(id), { visible: true, timeout: 20_000 });
  await element.type(text);
}

/** Makes a meeting on the start page; gives its link. */
export async function makeMeeting({ page }, url, title) {
  await page.goto(url, { waitUntil: 'load' });
  await type(page, 'start-title', title);
  await click(page, 'start-create');
  await page.waitForSelector(at('join-name'), { visible: true, timeout: 20_000 });
  return page.url();
}

/** Opens a link (unless the page is there already) and joins with camera and microphone on or off. */
export async function join(visitor, link, { camera = true, microphone = true } = {}) {
  const { page, name } = visitor;
  if (page.url() !== link) await page.goto(link, { waitUntil: 'load' });
  await page.waitForSelector(at('join-name'), { visible: true, timeout: 20_000 });
  await type(page, 'join-name', name);
  if (microphone) await click(page, 'join-mic');
  if (camera) await click(page, 'join-cam');
  const wanted = { 'join-mic': microphone, 'join-cam': camera };
  await until('devices on', async () => {
    const states = await page.evaluate((ids) => ids.map((id) => document.querySelector(`[data-testid=${id}]`)?.dataset.state), Object.keys(wanted));
    if (Object.values(wanted).some((on, i) => on && states[i] !== 'on')) throw new Error(`microphone and camera are ${states}`);
    return true;
  });
  await click(page, 'join-submit');
  await page.waitForSelector(at('stage'), { timeout: 30_000 });
}

/** Waits until this person sees the picture and hears the tone of the other in the other's tile. */
export async function meets(visitor, other, { picture = true, sound = true, limit = 30_000 } = {}) {
  if (picture) {
    await until(`${visitor.name} sees ${other.name}`, async () => {
      const all = await tiles(visitor.page);
      // Who crashed and came back has two tiles for a while: one of them must show the picture.
      const shown = all.some((t) => t.name === other.name && t.source === 'camera' && alike(t.colour, other.colour));
      if (!shown) throw new Error(JSON.stringify(all));
      return true;
    }, limit);
  }
  if (sound) {
    await until(`${visitor.name} hears ${other.name}`, async () => {
      const hertz = await tone(visitor.page, other.name);
      if (Math.abs(hertz - other.tone) > 20) throw new Error(`${hertz} Hz`);
      return true;
    }, limit);
  }
}

/** Waits until nobody of that name is on this person's stage. */
export function misses(visitor, name, limit = 40_000) {
  return until(`${name} is gone for ${visitor.name}`, async () => !(await tiles(visitor.page)).some((t) => t.name === name), limit);
}

export async function attribute({ page }, id, name) {
  return page.$eval(at(id), (element, name) => element.getAttribute(name), name);
}
