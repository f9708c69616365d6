import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installDevices } from '../../test/browser';
import { FakeCall, fakeTile } from '../../test/fakeCall';
import { Stage } from '.';

beforeEach(() => {
  installDevices();
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { value: 1000, configurable: true });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { value: 600, configurable: true });
});
afterEach(cleanup);

function open(call: FakeCall) {
  render(<Stage call={call} link="AbCdEfGhIjKlMnOpQrStUv" />);
  return call;
}

test('one tile per person, with name and state, and real media elements', () => {
  const call = new FakeCall(2);
  const attached: string[] = [];
  const playable = (what: string) => ({
    attach: (element: HTMLMediaElement) => {
      attached.push(`${what} ${element.tagName}`);
      return () => attached.push(`${what} gone`);
    },
  });
  call.tiles.set([fakeTile('p0', 'Anna'), fakeTile('p1', 'Ben', { muted: false, speaking: true, video: playable('video'), audio: playable('audio') })]);
  open(call);
  const tiles = screen.getAllByTestId('tile');
  expect(tiles.map((tile) => ({ ...tile.dataset }))).toMatchObject([
    { identity: 'p0', name: 'Anna', source: 'camera', muted: 'true', speaking: 'false' },
    { identity: 'p1', name: 'Ben', source: 'camera', muted: 'false', speaking: 'true' },
  ]);
  expect(attached).toEqual(['video VIDEO', 'audio AUDIO']);
  act(() => call.tiles.set([fakeTile('p0', 'Anna')]));
  expect(attached).toContain('video gone');
  expect(attached).toContain('audio gone');
});

test('a shared screen is the largest', () => {
  const call = new FakeCall(3);
  call.tiles.set([...call.tiles.get(), fakeTile('p1', 'Ben', { source: 'screen', video: { attach: () => () => undefined } })]);
  open(call);
  const widths = screen.getAllByTestId('tile').map((tile) => [tile.dataset['source'], parseInt(tile.style.width, 10)] as const);
  const screenWidth = widths.find(([source]) => source === 'screen')?.[1] ?? 0;
  for (const [source, width] of widths) if (source === 'camera') expect(width).toBeLessThan(screenWidth / 2);
});

test('buttons and keys give the same orders; letters in the chat do not', async () => {
  const call = open(new FakeCall(2));
  await userEvent.click(screen.getByTestId('ctl-mic'));
  await userEvent.keyboard('v');
  expect(call.orders).toEqual(['microphone on', 'camera on']);
  await userEvent.keyboard('m');
  expect(call.orders.at(-1)).toBe('microphone off');
  await userEvent.keyboard('c');
  await userEvent.type(screen.getByTestId('chat-input'), 'mvscp{Enter}');
  expect(call.orders.slice(3)).toEqual(['say mvscp']);
});

test('the microphone button shows what the server has', () => {
  const call = open(new FakeCall(2));
  for (const state of ['starting', 'on', 'paused', 'off'] as const) {
    act(() => call.own.set({ microphone: state, camera: 'off', screen: 'off' }));
    expect(screen.getByTestId('ctl-mic').dataset['state']).toBe(state);
  }
});

test('panels open one at a time and give the focus back', async () => {
  open(new FakeCall(3));
  await userEvent.click(screen.getByTestId('ctl-people'));
  expect(screen.getAllByTestId('person')).toHaveLength(3);
  await userEvent.click(screen.getByTestId('ctl-chat'));
  expect(screen.queryByTestId('person')).toBeNull();
  expect(document.activeElement).toBe(screen.getByTestId('chat-input'));
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByTestId('chat-input')).toBeNull();
  expect(document.activeElement).toBe(screen.getByTestId('ctl-people'));
});

test('chat is text: nothing in it becomes markup, and only https addresses become links', async () => {
  const call = new FakeCall(2);
  const text = '<img src=x onerror=alert(1)> https://example.org/a_(b). javascript:alert(1) https://a@example.org ftp:x';
  call.roster.set({ ...call.roster.get(), chat: [{ id: '1', from: 'p1', at: 0, text, state: 'said' }, { id: '2', from: 'gone', at: 1, text: 'x', state: 'said' }] });
  open(call);
  await userEvent.click(screen.getByTestId('ctl-chat'));
  const [message] = screen.getAllByTestId('chat-message');
  expect(message?.textContent).toContain(text);
  expect(message?.querySelector('img')).toBeNull();
  const links = [...(message?.querySelectorAll('a') ?? [])].map((link) => [link.getAttribute('href'), link.target, link.rel]);
  expect(links).toEqual([['https://example.org/a_(b)', '_blank', 'noreferrer noopener']]);
});

test('a message that is too long is kept, counted and not sent', async () => {
  const call = open(new FakeCall(2));
  await userEvent.click(screen.getByTestId('ctl-chat'));
  const field = screen.getByTestId<HTMLTextAreaElement>('chat-input');
  await userEvent.click(field);
  await userEvent.paste('x'.repeat(2010));
  await userEvent.keyboard('{Enter}');
  expect(field.value).toHaveLength(2010);
  expect(call.orders).toEqual([]);
  expect(screen.getByTestId('chat-count').textContent).toMatch(/10/);
  expect(screen.getByTestId<HTMLButtonElement>('chat-send').disabled).toBe(true);
});

test('Escape closes a panel wherever the focus is, and people take the focus too', async () => {
  open(new FakeCall(2));
  await userEvent.keyboard('p');
  expect(document.activeElement?.tagName).toBe('H2');
  act(() => (document.activeElement as HTMLElement).blur());
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByTestId('person')).toBeNull();
  expect(document.activeElement).toBe(screen.getByTestId('ctl-people'));
});

test('a tile is enlarged and made small again, by click and by key', async () => {
  open(new FakeCall(4));
  const width = () => parseInt(screen.getAllByTestId('tile')[1]?.style.width ?? '', 10);
  const before = width();
  const [first, second] = screen.getAllByTestId('tile-pin');
  first?.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(second);
  await userEvent.keyboard('{Enter}');
  expect(width()).toBeGreaterThan(1.4 * before);
  expect(second?.getAttribute('aria-pressed')).toBe('true');
  await userEvent.click(screen.getAllByTestId('tile')[1] ?? document.body);
  expect(width()).toBe(before);
});

test('who is away says so on the tile and in the list', async () => {
  const call = new FakeCall(2);
  call.tiles.set([fakeTile('p0', 'Anna'), fakeTile('p1', 'Ben', { away: true, video: { attach: () => () => undefined } })]);
  open(call);
  const [, tile] = screen.getAllByTestId('tile');
  expect(tile?.dataset['away']).toBe('true');
  expect(within(tile ?? document.body).getByTestId('tile-away').textContent).not.toBe('');
  await userEvent.click(screen.getByTestId('ctl-people'));
  expect(screen.getAllByTestId('person').map((person) => person.dataset['away'])).toEqual(['false', 'true']);
});

test('a paused picture says why in its place, and keeps its name', async () => {
  const call = new FakeCall(2);
  const video = { attach: () => () => undefined };
  call.tiles.set([fakeTile('p1', 'Ben', { video, paused: true })]);
  open(call);
  const tile = screen.getByTestId('tile');
  expect(within(tile).getByTestId('tile-paused').textContent).toMatch(/pausiert|paused/);
  expect(tile.textContent).toContain('Ben');
  expect(tile.getAttribute('aria-label')).toMatch(/pausiert|paused/);
  act(() => call.tiles.set([fakeTile('p1', 'Ben', { video })]));
  expect(within(tile).queryByTestId('tile-paused')).toBeNull();
});

test('the sound of a screen that waits is told beside its name, and why for who cannot see it', () => {
  const call = new FakeCall(2);
  call.tiles.set([fakeTile('p1', 'Ben', { source: 'screen', hushed: true })]);
  open(call);
  const tile = screen.getByTestId('tile');
  expect(within(tile).getByTestId('tile-hushed').textContent).toMatch(/Ton pausiert|Sound paused/);
  expect(tile.getAttribute('aria-label')).toMatch(/zu langsam|too slow/);
  act(() => call.tiles.set([fakeTile('p1', 'Ben', { source: 'screen' })]));
  expect(within(tile).queryByTestId('tile-hushed')).toBeNull();
});

test('a bad line of somebody else is a sign on the tile, and words for who cannot see it', () => {
  const call = new FakeCall(2);
  call.tiles.set([fakeTile('p0', 'Anna'), fakeTile('p1', 'Ben', { weak: true })]);
  open(call);
  const [own, other] = screen.getAllByTestId('tile');
  expect(own?.querySelector('[data-testid=tile-weak]')).toBeNull();
  expect(other?.querySelector('[data-testid=tile-weak] svg')).toBeTruthy();
  expect(other?.getAttribute('aria-label')).toMatch(/schlechte Verbindung|bad connection/);
});

test('what is wrong with the own line is told with one thing to do, and put away it comes again with something worse only', async () => {
  const call = open(new FakeCall(2));
  const status = within(screen.getByTestId('line')).getByRole('status');
  expect(status.textContent).toBe('');
  call.own.set({ microphone: 'on', camera: 'on', screen: 'off' });
  act(() => call.fault.set('up'));
  expect(status.textContent).not.toBe('');
  await userEvent.click(screen.getByTestId('line-camera'));
  expect(call.orders).toEqual(['camera off']);
  await userEvent.click(screen.getByTestId('line-help'));
  expect(screen.getByTestId('help-dialog').textContent).toContain(status.textContent);
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByTestId('line-mark')).toBeNull();
  await userEvent.click(screen.getByTestId('line-close'));
  const told = () => screen.getByTestId('line').dataset['fault'];
  expect([told(), screen.queryByTestId('line-mark') !== null]).toEqual(['', true]);
  act(() => call.fault.set('far'));
  expect(told()).toBe('');
  act(() => call.fault.set('noVideo'));
  expect(told()).toBe('noVideo');
  act(() => call.trouble.set('stopped'));
  expect([told(), screen.queryByTestId('line-mark')]).toEqual(['', null]);
});

test('help with the connection: a code to read out, who looks is told as long as they do, and it is ended from anywhere', async () => {
  const call = open(new FakeCall(2));
  await userEvent.click(screen.getByTestId('ctl-more'));
  await userEvent.click(await screen.findByTestId('do-help'));
  await userEvent.click(screen.getByTestId('help-start'));
  expect(call.asks).toEqual([{ type: 'help.start' }]);
  act(() => call.help.set({ code: '12345678', watched: false }));
  const code = screen.getByTestId('help-code');
  expect([code.textContent, code.getAttribute('aria-label')]).toEqual(['1234 5678', expect.stringContaining('1 2 3 4 5 6 7 8')]);
  expect(document.activeElement).toBe(code);
  await userEvent.keyboard('{Escape}');
  const note = screen.getByTestId('help-note');
  expect([note.dataset['watched'], note.textContent]).toEqual(['false', expect.stringContaining('1234 5678')]);
  act(() => call.help.set({ code: '12345678', watched: true }));
  expect([note.dataset['watched'], note.textContent]).toEqual(['true', expect.stringMatching(/Support/)]);
  await userEvent.click(screen.getByTestId('help-note-end'));
  expect(call.asks.at(-1)).toEqual({ type: 'help.stop' });
  act(() => call.help.set({ code: undefined, watched: false }));
  expect(screen.queryByTestId('help-note')).toBeNull();
});

test('who is cut off finds help too, which does not say that all is fine', async () => {
  const call = open(new FakeCall(2));
  act(() => call.trouble.set('stopped'));
  await userEvent.click(screen.getByTestId('banner-help'));
  const dialog = screen.getByTestId('help-dialog');
  expect(dialog.textContent).toMatch(/Verbindung ist gestört|connection is disturbed/);
  expect(dialog.textContent).not.toMatch(/in Ordnung|is fine/);
  act(() => call.help.set({ code: undefined, watched: false, asked: 'unheard' }));
  expect(screen.getByTestId('help-asked').textContent).toMatch(/nicht zu erreichen|cannot be reached/);
});

test('until the first picture a tile shows who it is', () => {
  const call = new FakeCall(2);
  call.tiles.set([fakeTile('p1', 'Ben Alt', { video: { attach: () => () => undefined } })]);
  open(call);
  const tile = screen.getByTestId('tile');
  expect(tile.textContent).toContain('BA');
  const video = tile.querySelector('video');
  Object.defineProperties(video, { videoWidth: { value: 360 }, videoHeight: { value: 640 } });
  act(() => void video?.dispatchEvent(new Event('loadeddata')));
  expect(tile.dataset['picture']).toBe('true');
  expect(tile.textContent).not.toContain('BA');
  expect(video?.dataset['fit']).toBe('contain'); // upright in a wide tile
});

test('keys: each button names its own, "?" lists them, and in the list they do nothing', async () => {
  const call = open(new FakeCall(2));
  expect(screen.getByTestId('ctl-mic').getAttribute('aria-keyshortcuts')).toBe('M');
  await userEvent.keyboard('?');
  const list = screen.getByTestId('keys');
  within(list).getByRole('button').focus();
  await userEvent.keyboard('m');
  expect(call.orders).toEqual([]);
});

test('while sharing the button says how to stop, in words that agree', async () => {
  const call = open(new FakeCall(2));
  act(() => call.own.set({ microphone: 'off', camera: 'off', screen: 'on' }));
  const button = screen.getByTestId('ctl-share');
  expect(button.textContent).toBe(button.getAttribute('aria-label'));
});

test('devices can be chosen during the call', async () => {
  const call = open(new FakeCall(2));
  await userEvent.click(screen.getByTestId('dev-cam'));
  await userEvent.selectOptions(await screen.findByRole('combobox'), 'cam-2');
  expect(call.orders).toEqual(['use camera cam-2']);
});

test('who comes is shown in passing; what the open chat shows is not', async () => {
  const call = open(new FakeCall(2));
  act(() => call.news.set({ joined: ['Cora'], left: [], messageFrom: 'Ben' }));
  expect(screen.getByTestId('news').children).toHaveLength(2);
  await userEvent.click(screen.getByTestId('ctl-chat'));
  expect(screen.getByTestId('news').children).toHaveLength(1);
});

test('unread messages are counted until the chat is opened', async () => {
  const badge = () => screen.getByTestId('ctl-chat').querySelector<HTMLElement>('.barbutton-badge')?.dataset['count'];
  const call = open(new FakeCall(2));
  act(() => call.roster.set({ ...call.roster.get(), chat: [{ id: '1', from: 'p1', at: 0, text: 'x', state: 'said' }] }));
  expect(badge()).toBe('1');
  await userEvent.click(screen.getByTestId('ctl-chat'));
  expect(badge()).toBeUndefined();
});

test('the banner says what is wrong, device failures can be closed', async () => {
  const call = open(new FakeCall(2));
  act(() => call.trouble.set('stopped'));
  expect(screen.getByTestId('banner').dataset['code']).toBe('stopped');
  act(() => {
    call.trouble.set(undefined);
    call.deviceFailure.set({ code: 'device_busy', source: 'camera' });
  });
  const banner = screen.getByTestId('banner');
  expect(banner.dataset['code']).toBe('device_busy');
  expect(banner.textContent).toMatch(/^(Kamera|Camera): /);
  await userEvent.click(within(banner).getByRole('button'));
  expect(screen.queryByTestId('banner')).toBeNull();
});

test('everything that can be pressed has a name', async () => {
  open(new FakeCall(2));
  await userEvent.click(screen.getByTestId('ctl-chat'));
  for (const button of screen.getAllByRole('button')) expect(button.getAttribute('aria-label') || button.textContent).toBeTruthy();
});

test('maintenance is announced, can be put away, and comes back when there is something new', async () => {
  const call = open(new FakeCall(2));
  expect(screen.queryByTestId('maintenance')).toBeNull();
  act(() => call.maintenance.set({ until: undefined }));
  expect(screen.getByTestId('maintenance').textContent).toMatch(/Wartung|Maintenance/);
  await userEvent.click(within(screen.getByTestId('maintenance')).getByRole('button'));
  expect(screen.queryByTestId('maintenance')).toBeNull();
  act(() => call.maintenance.set({ until: new Date(2026, 0, 5, 15, 42).getTime() }));
  expect(screen.getByTestId('maintenance').textContent).toMatch(/15:42|3:42/);
  act(() => call.maintenance.set(undefined));
  expect(screen.queryByTestId('maintenance')).toBeNull();
});
