// The rules of the house, checked: who may import whom, only through the door, and no address of anybody else.

import { expect, test } from 'vitest';

const sources = import.meta.glob<string>(['./**/*.{ts,tsx}', '!./**/*.test.*'], { query: '?raw', import: 'default', eager: true });

/** Folder of src: the folders it may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  value: [],
  ampel: [],
  route: ['value'],
  i18n: ['value'],
  errors: ['i18n'],
  api: ['ampel', 'errors', 'value'],
  media: ['errors', 'value'],
  call: ['api/control.gen', 'api/rules.gen', 'errors', 'value'],
  ui: ['errors', 'i18n', 'route', 'value'],
  features: ['ampel', 'api', 'call', 'errors', 'features', 'i18n', 'media', 'route', 'ui', 'value'], // each other only by the door
  app: ['ampel', 'api', 'call', 'errors', 'features', 'i18n', 'media', 'route', 'ui', 'value'],
};

const files = Object.entries(sources).map(([path, text]) => ({ path: path.slice(2), text }));
const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1] ?? '');

/** './x' or '../y' as seen from a file, as a path from src. */
function resolve(file: string, target: string): string {
  return new URL(target, `http://src/${file}`).pathname.slice(1);
}

/** 'features/chat/ChatPanel' belongs to 'features/chat', everything else to its first folder. */
function unit(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'features' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

test.each(files.filter(({ path }) => (path.split('/')[0] ?? '') in allowed))('$path imports what it may, by the door', ({ path, text }) => {
  const rule = allowed[path.split('/')[0] ?? ''];
  if (!rule) return;
  for (const target of imports(text).map((found) => resolve(path, found))) {
    if (unit(target) === unit(path) || target.endsWith('.css')) continue;
    const door = unit(target) === target || /^api\/(control|rules)\.gen$/.test(target);
    expect(door, `${path} reaches inside: ${target}`).toBe(true);
    const top = target.split('/')[0] ?? '';
    expect(rule.includes(top) || rule.includes(target), `${path} must not import ${target}`).toBe(true);
  }
});

test('what loads at once takes neither livekit-client nor the call along', () => {
  for (const { path, text } of files) {
    if (path.startsWith('call/') || path.startsWith('stories/') || path.startsWith('test/')) continue;
    const runs = text.split('\n').filter((line) => /^import (?!type)/.test(line));
    expect(runs.join('\n'), path).not.toContain('livekit-client');
    if (!path.startsWith('features/') || /features\/(start|join|left|lobby)\//.test(path)) expect(runs.join('\n'), path).not.toMatch(/'(\.\.\/)+call'/);
  }
});

test('call has no React', () => {
  for (const { path, text } of files) if (path.startsWith('call/')) expect(text, path).not.toMatch(/from 'react/);
});

test('no address of another host, except in comments: example.org is nobody, localhost is this machine', () => {
  for (const { path, text } of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    expect(code.replace(/https:\/\/example\.org|http:\/\/localhost/g, ''), path).not.toMatch(/(https?|wss?):\/\/\w/);
  }
});

test('no storage in the browser, no any', () => {
  for (const { path, text } of files) {
    expect(text, path).not.toMatch(/localStorage|indexedDB|document\.cookie/);
    expect(text, path).not.toMatch(/:\s*any\b|as any\b|<any>/);
  }
});
