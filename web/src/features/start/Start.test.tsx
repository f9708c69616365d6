import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installDevices, installServer } from '../../test/browser';
import { Start } from '.';

const link = 'AbCdEfGhIjKlMnOpQrStUv';
beforeEach(() => {
  installDevices();
  document.head.innerHTML = '<meta name="konklave-hosting" content="open" />';
});
afterEach(cleanup);

test('makes a meeting and goes to it', async () => {
  const asked = installServer({ 'POST /api/meetings': { status: 201, body: { link, host: 'secret' } } });
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} onCheck={() => undefined} />);
  await userEvent.type(screen.getByTestId('start-title'), ' Elternabend ');
  await userEvent.click(screen.getByTestId('start-create'));
  expect(asked).toEqual(['POST /api/meetings {"title":"Elternabend"}']);
  expect(onMeeting).toHaveBeenCalledWith(link, true);
});

test.each([
  [500, {}, 'server_gone'],
  [429, {}, 'rate_limited'],
  [503, { code: 'draining' }, 'maintenance'],
])('answer %i %j shows %s and lets one try again', async (status, body, code) => {
  installServer({ 'POST /api/meetings': { status, body } });
  render(<Start onMeeting={() => undefined} onCheck={() => undefined} />);
  await userEvent.type(screen.getByTestId('start-title'), 'Elternabend');
  await userEvent.click(screen.getByTestId('start-create'));
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe(code);
  expect(screen.getByTestId<HTMLButtonElement>('start-create').disabled).toBe(false);
});

const { host } = window.location;

test.each([link, `https://${host}/m/${link}`, `  ${host}/m/${link}?x#y `, `/m/${link}`])('finds the meeting in %s', async (text) => {
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} onCheck={() => undefined} />);
  await userEvent.type(screen.getByTestId('start-link'), text);
  await userEvent.click(screen.getByTestId('start-go'));
  expect(onMeeting).toHaveBeenCalledWith(link, false);
});

test.each([
  ['hallo', /kein Konferenzlink|not a meeting link/],
  [' ', /fügen Sie|paste/],
  [`https://elsewhere.invalid/m/${link}`, /elsewhere\.invalid/],
])('refuses %j with the reason, beside the field and with the focus in it', async (text, reason) => {
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} onCheck={() => undefined} />);
  const field = screen.getByTestId('start-link');
  await userEvent.type(field, text);
  await userEvent.click(screen.getByTestId('start-go'));
  expect(onMeeting).not.toHaveBeenCalled();
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(field);
  expect(descriptionOf(field)).toMatch(reason);
});

test.each([
  ['', /Titel|title/],
  ['x'.repeat(130), /130/],
  ['Eltern\u202eabend', /Steuerzeichen|control characters/],
])('a title that cannot be is kept and explained: %j', async (title, reason) => {
  const asked = installServer({});
  render(<Start onMeeting={() => undefined} onCheck={() => undefined} />);
  const field = screen.getByTestId<HTMLInputElement>('start-title');
  await userEvent.click(field);
  if (title) await userEvent.paste(title);
  await userEvent.click(screen.getByTestId('start-create'));
  expect(asked).toEqual([]);
  expect(field.value).toBe(title);
  expect(document.activeElement).toBe(field);
  expect(descriptionOf(field)).toMatch(reason);
});

test('a title that only the server refuses is explained beside the field too', async () => {
  installServer({ 'POST /api/meetings': { status: 400, body: { code: 'title_invalid', message: '' } } });
  render(<Start onMeeting={() => undefined} onCheck={() => undefined} />);
  await userEvent.type(screen.getByTestId('start-title'), 'x');
  await userEvent.click(screen.getByTestId('start-create'));
  expect(descriptionOf(screen.getByTestId('start-title'))).toMatch(/120/);
});

test('leads to the check of the connection', async () => {
  const onCheck = vi.fn();
  render(<Start onMeeting={() => undefined} onCheck={onCheck} />);
  expect(screen.getByTestId('start-check').getAttribute('href')).toBe('/check');
  await userEvent.click(screen.getByTestId('start-check'));
  expect(onCheck).toHaveBeenCalled();
});

/** Shows the page as it is over plain http, from a server with this public address. */
function renderInsecure(address: string): HTMLElement {
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
  Object.defineProperty(window, 'isSecureContext', { value: false, configurable: true });
  document.head.innerHTML = `<meta name="konklave-address" content="${address}" />`;
  render(<Start onMeeting={() => undefined} onCheck={() => undefined} />);
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
  document.head.innerHTML = '';
  const page = screen.getByTestId('error-page');
  expect(page.dataset['code']).toBe('insecure');
  expect(page.textContent).not.toContain('{');
  expect(screen.queryByTestId('start-create')).toBeNull();
  return page;
}

test('a page that is not encrypted says what the operator has to do, where there is no address with https', () => {
  expect(renderInsecure('').textContent).toMatch(/https:\/\/.*--tls-self-signed.*http:\/\/localhost/);
  expect(screen.queryByTestId('error-link')).toBeNull();
});

test('a page that is not encrypted leads to the address with https, where there is one', () => {
  const page = renderInsecure('https://example.org');
  expect(screen.getByTestId<HTMLAnchorElement>('error-link').href).toBe(`https://example.org${window.location.pathname}`);
  expect(page.textContent).not.toMatch(/--tls/);
});

function descriptionOf(field: HTMLElement): string {
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
}

test('where only hosts with an account make meetings, strangers are not offered it', () => {
  document.head.innerHTML = '<meta name="konklave-hosting" content="" />';
  render(<Start onMeeting={() => undefined} onCheck={() => undefined} />);
  expect(screen.queryByTestId('start-create')).toBeNull();
  expect(screen.getByTestId('start-link')).toBeTruthy();
  expect(screen.getByTestId('sign-in').getAttribute('href')).toBe('/signin');
});
