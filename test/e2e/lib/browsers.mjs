// Starts Debian's Chromium and Firefox as one person each.
import puppeteer from 'puppeteer-core';
import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTone, writeVideo, screen } from './media.mjs';
import { watch, devices, display } from './inject.mjs';

export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const firefox = process.env.FIREFOX ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);

async function person(browser, who, folder) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const visitor = {
    ...who, browser, page, console: [], failures: [], requests: [],
    async close() {
      await browser.close().catch(() => {});
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }); // what was killed may still write
    },
    /** Ends the browser as a crash would. */
    async kill() {
      browser.process().kill('SIGKILL');
      await new Promise((done) => browser.once('disconnected', done));
      process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })); // its children may write for a while
    },
  };
  page.on('console', (message) => visitor.console.push(message.text()));
  page.on('pageerror', (error) => visitor.failures.push(String(error)));
  page.on('request', (request) => visitor.requests.push(request.url()));
  await page.evaluateOnNewDocument(watch);
  await page.evaluateOnNewDocument(display, screen.colour, screen.tone);
  return visitor;
}

/** What Chromium does when a page asks for devices: gives the person's files, refuses, or finds none. */
const deviceFlags = {
  given: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  denied: ['--deny-permission-prompts', '--use-fake-device-for-media-stream'],
  none: ['--use-fake-ui-for-media-stream'],
};

/**
 * A person in Chromium, whose camera and microphone are files of their colour and tone, or what a script (media) makes them with
 * what it is given; camera may have a size. With pipe the tests speak with it without any network.
 */
export async function inChromium(who, {
  lang = 'de-DE', devices = 'given', scene = (path) => writeVideo(path, who.colour, who.camera), sound = (path) => writeTone(path, who.tone),
  executable = chromium, flags = [], pipe = false, media,
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'konklave-chromium-'));
  scene(join(folder, 'camera.y4m'));
  sound(join(folder, 'microphone.wav'));
  const browser = await puppeteer.launch({
    executablePath: executable, headless: true, userDataDir: join(folder, 'profile'), pipe,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
      '--autoplay-policy=no-user-gesture-required', `--lang=${lang}`, `--accept-lang=${lang}`,
      ...deviceFlags[devices],
      `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`,
      `--use-file-for-fake-audio-capture=${join(folder, 'microphone.wav')}`, ...flags,
    ],
  });
  const visitor = await person(browser, { ...who, kind: 'chromium' }, folder);
  if (media) await visitor.page.evaluateOnNewDocument(...media);
  return visitor;
}

/**
 * A person in Firefox, whose camera and microphone are a canvas and an oscillator, or what a script makes them with what it is
 * given; preferences may be added, and what puppeteer's launch takes.
 */
export async function inFirefox(who, {
  lang = 'de', preferences = {}, media = [devices, who.colour, who.tone, who.camera ?? {}], executable = firefox, ...launch
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'konklave-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox', executablePath: executable, headless: true, userDataDir: join(folder, 'profile'), ...launch,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true, 'media.navigator.streams.fake': true,
      'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0, 'intl.accept_languages': lang,
      'media.peerconnection.ice.obfuscate_host_addresses': false, ...preferences,
    },
  });
  const visitor = await person(browser, { ...who, kind: 'firefox' }, folder);
  await visitor.page.evaluateOnNewDocument(...media);
  return visitor;
}
