import { cleanup, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { JoinInput, Phase } from '../call';
import { installDevices, installServer, type FakeDevices } from '../test/browser';
import { address } from '../i18n';
import { FakeCall } from '../test/fakeCall';
import { info, settings } from '../test/meeting';
import { MeetingPage } from './MeetingPage';

const link = 'AbCdEfGhIjKlMnOpQrStUv';
const found = { [`GET /api/links/${link}`]: { status: 200, body: { title: 'Elternabend', running: true, people: 3 } } };

const joined: { input: JoinInput; call: FakeCall }[] = [];
vi.mock('../call', async (original) => ({
  ...(await original<typeof import('../call')>()),
  joinCall: (input: JoinInput) => {
    const call = new FakeCall(2);
    call.phase.set({ kind: 'connecting' });
    joined.push({ input, call });
    return call;
  },
}));

// The page loads the stage by itself after a while. On a busy machine that takes seconds, in the middle of whatever the test
// waits for: so it is loaded before, and waiting has time.
beforeAll(() => Promise.all([import('../call'), import('../features/stage')]), 60_000);
configure({ asyncUtilTimeout: 10_000 });

let devices: FakeDevices;
beforeEach(() => {
  devices = installDevices();
  joined.length = 0;
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
});
afterEach(cleanup);

function open(answers: Parameters<typeof installServer>[0] = found) {
  installServer(answers);
  render(<MeetingPage link={link} created={false} onHome={() => undefined} onCheck={() => undefined} />);
}

async function joinAs(name: string) {
  await userEvent.type(await screen.findByTestId('join-name'), name);
  await userEvent.click(screen.getByTestId('join-submit'));
  await vi.waitFor(() => expect(joined).toHaveLength(1), 10_000);
  const first = joined[0];
  if (!first) throw new Error('not joined');
  return first;
}

async function goTo(call: FakeCall, phase: Phase) {
  call.phase.set(phase);
  await Promise.resolve();
}

test('camera and microphone are off until switched on', async () => {
  open();
  await screen.findByTestId('join-name');
  expect(devices.asked).toEqual([]);
  expect(screen.queryByTestId('preview-video')).toBeNull();
  await userEvent.click(screen.getByTestId('join-cam'));
  expect(await screen.findByTestId('preview-video')).toBeTruthy();
  expect(devices.asked).toHaveLength(1);
  expect(devices.asked[0]).toHaveProperty('video');
  await userEvent.click(screen.getByTestId('join-cam'));
  expect(screen.queryByTestId('preview-video')).toBeNull();
});

test.each([
  ['NotAllowedError', 'permission_denied'],
  ['NotFoundError', 'no_device'],
  ['NotReadableError', 'device_busy'],
])('%s leads to a clear text and does not keep anybody out', async (name, code) => {
  open();
  devices.error = new DOMException('x', name);
  await userEvent.click(await screen.findByTestId('join-mic'));
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe(code);
  const { input } = await joinAs('Anna');
  expect(input.prepared()).toMatchObject({ choice: {} });
  expect(input.prepared().microphone).toBeUndefined();
});

test('a name is needed', async () => {
  open();
  await userEvent.click(await screen.findByTestId('join-submit'));
  expect(screen.getByTestId('join-name').getAttribute('aria-invalid')).toBe('true');
  expect(joined).toEqual([]);
});

test('both devices forbidden: one card that names them, and Tab goes to the switches first', async () => {
  open();
  await screen.findByTestId('join-name');
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByTestId('join-mic'));
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByTestId('join-cam'));
  devices.error = new DOMException('x', 'NotAllowedError');
  await userEvent.click(screen.getByTestId('join-mic'));
  await userEvent.click(screen.getByTestId('join-cam'));
  expect(await screen.findAllByTestId('error-page')).toHaveLength(1);
});

test.each(['join-mic', 'join-cam'])('the name of %s holds what is seen on it', async (id) => {
  open();
  const button = await screen.findByTestId(id);
  expect(button.getAttribute('aria-label')).toContain(button.textContent);
});

test('too long a name is kept and explained', async () => {
  open();
  const field = await screen.findByTestId<HTMLInputElement>('join-name');
  await userEvent.click(field);
  await userEvent.paste('x'.repeat(95));
  expect(field.value).toHaveLength(95);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  await userEvent.click(screen.getByTestId('join-submit'));
  expect(joined).toEqual([]);
  expect(document.activeElement).toBe(field);
});

test('the window keeps the title of the meeting', async () => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'in' });
  await screen.findByTestId('stage');
  expect(document.title).toContain('Elternabend 7b');
});

test('joins, hands the open tracks over, leaves, and can come back', async () => {
  open();
  await userEvent.click(await screen.findByTestId('join-mic'));
  const { input, call } = await joinAs('Anna');
  expect(input).toMatchObject({ link, entry: { name: 'Anna' } });
  expect(input.prepared().microphone?.readyState).toBe('live');
  await goTo(call, { kind: 'in' });
  expect(await screen.findByTestId('stage')).toBeTruthy();
  await userEvent.click(screen.getByTestId('ctl-leave'));
  expect(await screen.findByTestId('left-page')).toBeTruthy();
  await userEvent.click(screen.getByTestId('left-rejoin'));
  expect((await screen.findByTestId<HTMLInputElement>('join-name')).value).toBe('Anna');
});

test('a meeting says sie or du, and a host may change that while it runs', async () => {
  open({ [`GET /api/links/${link}`]: { status: 200, body: { title: 'Mathe', running: true, address: 'du' } } });
  const { call } = await joinAs('Anna');
  expect(address.get()).toBe('du');
  await goTo(call, { kind: 'in' });
  call.know({ meeting: info({ settings: { ...settings, address: 'sie' } }) });
  expect(address.get()).toBe('sie');
  call.know({ meeting: info({ settings: { ...settings, address: 'du' } }) });
  await vi.waitFor(() => expect(address.get()).toBe('du'));
  cleanup(); // other pages say sie
  expect(address.get()).toBe('sie');
});

test('a refused name comes back to the form', async () => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'failed', code: 'name_invalid' });
  expect((await screen.findByTestId('join-name')).getAttribute('aria-invalid')).toBe('true');
});

test.each(['server_gone', 'media_blocked', 'link_unknown', 'meeting_full', 'replaced'] as const)('%s has its page', async (code) => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'failed', code });
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe(code);
});

test('only where media cannot pass, the page leads to the check of the connection', async () => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'failed', code: 'media_blocked' });
  expect(await screen.findByTestId('error-check')).toBeTruthy();
  cleanup();
  joined.length = 0;
  open();
  const again = await joinAs('Anna');
  await goTo(again.call, { kind: 'failed', code: 'meeting_full' });
  await screen.findByTestId('error-page');
  expect(screen.queryByTestId('error-check')).toBeNull();
});

test('an unknown link and a dead server have their pages', async () => {
  open({ [`GET /api/links/${link}`]: { status: 404, body: {} } });
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe('link_unknown');
  cleanup();
  open({});
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe('server_gone');
});

test('a window that closes leaves the meeting', async () => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'in' });
  window.dispatchEvent(new Event('pagehide'));
  expect(call.orders).toContain('close');
});

test('a page that goes away leaves the meeting', async () => {
  open();
  const { call } = await joinAs('Anna');
  await goTo(call, { kind: 'in' });
  cleanup();
  expect(call.orders).toContain('leave');
});
