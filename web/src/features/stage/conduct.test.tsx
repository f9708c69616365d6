import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installDevices } from '../../test/browser';
import { FakeCall } from '../../test/fakeCall';
import { conducts, info, settings } from '../../test/meeting';
import { Stage } from '.';

beforeEach(() => void installDevices());
afterEach(cleanup);

const eva = { id: 'w0', name: 'Eva <b>K.</b>', since: 1, guest: true, why: 'lobby' } as const;
const olena = { id: 'w1', name: 'Olena', since: 2, why: 'lobby' } as const;

function open(call: FakeCall) {
  render(<Stage call={call} link="AbCdEfGhIjKlMnOpQrStUv" />);
  return call;
}

function host(count = 3): FakeCall {
  const call = new FakeCall(count);
  call.know({ role: 'owner', may: new Set(conducts), people: call.roster.get().people.map((person, index) => (index === 0 ? { ...person, role: 'owner' } : person)) });
  return call;
}

async function choose(opener: HTMLElement, action: string) {
  await userEvent.click(opener);
  await userEvent.click(await screen.findByTestId(`do-${action}`));
}

const press = (id: string) => userEvent.click(screen.getByTestId(id));

test('hosts are asked whether to lock, and may decline; what one who waits wrote stands beside the name', async () => {
  const call = open(host());
  act(() => call.know({ meeting: info({ lockAsked: true }), waiting: [{ ...eva, asked: [{ at: 1, text: 'Ich bin <b>neu</b>' }] }] }));
  await press('lock-asked-yes');
  expect(call.asks).toEqual([{ type: 'lock', on: true }]);
  await press('lock-asked-no');
  expect(screen.queryByTestId('lock-asked')).toBeNull();
  await press('knock-list');
  expect(screen.getByTestId('waiting-asked').textContent).toContain('Ich bin <b>neu</b>');
});

test('hosts see who waits, wherever they look, and let one or all in', async () => {
  const call = open(host());
  act(() => call.know({ waiting: [eva] }));
  expect(screen.getByTestId('knock').textContent).toContain('Eva <b>K.</b>');
  await press('knock-admit');
  act(() => call.know({ waiting: [eva, olena] }));
  await press('knock-admit');
  expect(call.asks).toEqual([{ type: 'admit', ids: ['w0'] }, { type: 'admit', all: true }]);
  await press('knock-list');
  expect(screen.queryByTestId('knock')).toBeNull(); // the list says the same
  await userEvent.click(screen.getAllByTestId('admit')[1] ?? document.body);
  expect(call.asks.at(-1)).toEqual({ type: 'admit', ids: ['w1'] });
  await choose(screen.getAllByTestId('waiting-menu')[0] ?? document.body, 'refuse');
  expect(call.asks.at(-1)).toEqual({ type: 'refuse', ids: ['w0'] });
});

test('who takes part sees nothing of the lobby', () => {
  const call = open(new FakeCall(2));
  act(() => call.know({ waiting: [eva] }));
  expect(screen.queryByTestId('knock')).toBeNull();
});

test('a consultation calls in one after another', async () => {
  const call = host(1);
  call.know({ may: new Set([...conducts, 'call_in']), meeting: info({ kind: 'consultation' }), waiting: [{ ...eva, slot: 's', slotAt: new Date(2026, 10, 30, 9, 25).getTime() }, olena] });
  open(call);
  await press('knock-admit');
  expect(call.asks).toEqual([{ type: 'call_in', id: 'w0' }]);
  await press('ctl-people');
  expect(screen.getAllByTestId('waiting-person')[0]?.textContent).toContain('09:25');
  expect(screen.queryByTestId('admit-all')).toBeNull();
  await choose(screen.getAllByTestId('waiting-menu')[1] ?? document.body, 'together');
  expect(call.asks.at(-1)).toEqual({ type: 'call_in', id: 'w1', together: true });
});

test('removing asks first; where the link lets back in, the lobby can be put on with it', async () => {
  const call = host();
  call.know({ meeting: info({ settings: { ...settings, lobby: 'off' } }) });
  open(call);
  await press('ctl-people');
  await choose(screen.getAllByTestId('person-menu')[1] ?? document.body, 'remove');
  expect(call.asks).toEqual([]);
  await press('remove-refuse');
  expect(call.asks).toEqual([{ type: 'remove', id: 'p1', refuse: true }]);
});

test('handing over asks first', async () => {
  const call = open(host());
  await press('ctl-people');
  await choose(screen.getAllByTestId('person-menu')[1] ?? document.body, 'hand_over');
  await press('handover-do');
  expect(call.asks).toEqual([{ type: 'hand_over', id: 'p1' }]);
});

test('X holds everything and lets it go on; only for hosts', async () => {
  const call = open(host());
  await userEvent.keyboard('x');
  expect(call.asks).toEqual([{ type: 'hold', on: true }]);
  act(() => call.know({ meeting: info({ held: true, locked: true }) }));
  expect(screen.getByTestId('held')).toBeTruthy();
  await press('held-go-on');
  expect(call.asks.at(-1)).toEqual({ type: 'hold', on: false });
  cleanup();
  const other = open(new FakeCall(2));
  await userEvent.keyboard('x');
  expect(other.asks).toEqual([]);
});

test('the menu locks, mutes and ends; leaving and ending are two things', async () => {
  const call = open(host());
  await choose(screen.getByTestId('ctl-more'), 'lock');
  await choose(screen.getByTestId('ctl-more'), 'mute-all');
  expect(call.asks).toEqual([{ type: 'lock', on: true }, { type: 'mute', all: true }]);
  await press('ctl-leave');
  expect(call.orders).toEqual([]);
  await press('end-all');
  expect(call.asks.at(-1)).toEqual({ type: 'end' });
  await press('leave-only');
  expect(call.orders).toEqual(['leave']);
});

test('being asked: the person decides', async () => {
  const call = open(new FakeCall(2));
  act(() => call.asked.set({ by: 'p1', device: 'microphone' }));
  expect(screen.getByTestId('asked').textContent).toContain('Bülent Çelik');
  await press('asked-no');
  act(() => call.asked.set({ by: 'p1', device: 'camera' }));
  await press('asked-yes');
  expect(call.orders).toEqual(['answer no', 'answer yes']);
});

test('hands: H raises and lowers, hosts call up in order', async () => {
  const call = open(host());
  await userEvent.keyboard('h');
  expect(call.asks).toEqual([{ type: 'hand', up: true }]);
  act(() => call.know({ people: call.roster.get().people.map((person, index) => ({ ...person, hand: 9 - index })) }));
  await userEvent.keyboard('h');
  expect(call.asks.at(-1)).toEqual({ type: 'hand', up: false });
  expect(screen.getByTestId('ctl-people').querySelector<HTMLElement>('.barbutton-badge')?.dataset['count']).toBe('3');
  act(() => call.news.set({ ...call.news.get(), hand: 'Dao', role: { role: 'owner', by: 'Anna' } }));
  expect(screen.getByTestId('news').textContent).toMatch(/Anna.*(Leitung|host).*Dao/);
  await press('ctl-people');
  expect(screen.getAllByTestId('hand').map((hand) => hand.dataset['name'])).toEqual(['Dr. Carla von Hohenstein-Wittgenstein', 'Bülent Çelik', 'Anna Berg']);
  await press('next-floor');
  expect(call.asks.at(-1)).toEqual({ type: 'give_floor', on: true });
});

test('reactions go out by R and a press', async () => {
  const call = open(new FakeCall(2));
  await userEvent.keyboard('r');
  await userEvent.click(await screen.findByTestId('react-clap'));
  expect(call.asks).toEqual([{ type: 'react', reaction: 'clap' }]);
});

test('a direct message goes to one person, and says who else could read it', async () => {
  const call = open(new FakeCall(2));
  await press('ctl-people');
  await choose(screen.getAllByTestId('person-menu')[1] ?? document.body, 'write');
  expect(screen.getByTestId<HTMLSelectElement>('chat-to').value).toBe('p1');
  expect(screen.getByTestId('chat-to').closest('form')?.textContent).toMatch(/Betreiber|operator/);
  await userEvent.type(screen.getByTestId('chat-input'), 'nur du{Enter}');
  expect(call.orders).toEqual(['say to p1 nur du']);
});

test('own messages are edited and deleted; a host deletes those of others', async () => {
  const call = host();
  call.know({ chat: [{ id: 'm1', from: 'p0', at: 1, text: 'Hallo', state: 'said' }, { id: 'm2', from: 'p1', at: 2, text: 'x', state: 'said' }] });
  open(call);
  await press('ctl-chat');
  await choose(screen.getAllByTestId('chat-menu')[0] ?? document.body, 'edit');
  await userEvent.type(screen.getByTestId('chat-edit'), ' alle{Enter}');
  await choose(screen.getAllByTestId('chat-menu')[1] ?? document.body, 'delete');
  expect(call.orders).toEqual(['edit m1 Hallo alle', 'erase p1 m2']);
});

test('files: too large a one is not sent, names are text', async () => {
  const call = open(new FakeCall(2));
  await press('ctl-chat');
  await userEvent.upload(screen.getByTestId('file-input'), new File(['x'], 'Plan.pdf'));
  const large = new File(['x'], 'Film.mp4');
  Object.defineProperty(large, 'size', { value: 21 * 2 ** 20 });
  await userEvent.upload(screen.getByTestId('file-input'), large);
  expect(call.orders).toEqual(['give Plan.pdf']);
  expect(screen.getByRole('alert').textContent).toContain('Film.mp4');
  act(() => call.know({ files: [{ id: 'f', from: 'p1', at: 1, name: '<img src=x>.pdf', size: 5 }] }));
  expect(screen.getByTestId('file').querySelector('img')).toBeNull();
  await press('file-get');
  expect(call.orders.at(-1)).toBe('get p1 f <img src=x>.pdf');
});

test('who sees and hears me: what the server reports, nothing else', async () => {
  const call = open(new FakeCall(3));
  act(() => call.audience.set([{ device: 'p0', source: 'microphone', received: true, count: 4, people: ['p1'] }]));
  await press('ctl-seen');
  const microphone = screen.getByTestId('seen-microphone');
  expect(microphone.dataset['count']).toBe('4');
  expect(microphone.textContent).toContain('Bülent Çelik');
  expect(microphone.textContent).toMatch(/3/); // others, whom this person does not see
  expect(screen.getByTestId('seen-camera').dataset['received']).toBe('false');
});

test('whom one does not see is counted', async () => {
  const call = open(new FakeCall(2));
  act(() => call.know({ crowd: 23 }));
  expect(screen.getByTestId('people-count').textContent).toContain('25');
  await press('ctl-people');
  expect(screen.getByTestId('crowd').textContent).toContain('23');
});

test('without the right to speak the microphone cannot be pressed, and says why', async () => {
  const call = open(new FakeCall(2));
  act(() => call.know({ may: new Set(['camera', 'chat']) }));
  await userEvent.click(screen.getByTestId('ctl-mic'));
  expect(call.orders).toEqual([]);
  expect(within(screen.getByTestId('ctl-mic')).queryByText(/./)).toBeTruthy();
  expect(screen.getByTestId('ctl-mic').getAttribute('aria-disabled')).toBe('true');
  expect(screen.queryByTestId('ctl-hand')).toBeNull();
});

test('a further device says that it is one, why it is silent, and leaves alone', async () => {
  const call = host();
  call.know({ self: 'c0' });
  open(call);
  expect(screen.getByTestId('companion').textContent).toMatch(/no microphone and plays no sound/);
  expect(screen.getByTestId('ctl-mic').getAttribute('aria-label')).toMatch(/further device has no microphone/);
  expect(screen.queryByTestId('dev-mic')).toBeNull();
  await press('ctl-leave');
  expect(call.orders).toEqual(['leave']); // the meeting goes on at the first device: there is nothing to ask
});
