import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { installServer } from '../../test/browser';
import { Start } from '.';

const link = 'AbCdEfGhIjKlMnOpQrStUv';
afterEach(cleanup);

test('makes a meeting and goes to it', async () => {
  const asked = installServer({ 'POST /api/meetings': { status: 201, body: { link } } });
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} />);
  await userEvent.type(screen.getByTestId('start-title'), ' Elternabend ');
  await userEvent.click(screen.getByTestId('start-create'));
  expect(asked).toEqual(['POST /api/meetings {"title":"Elternabend"}']);
  expect(onMeeting).toHaveBeenCalledWith(link, true);
});

test.each([
  [500, 'server_gone'],
  [429, 'rate_limited'],
])('answer %i shows %s and lets one try again', async (status, code) => {
  installServer({ 'POST /api/meetings': { status, body: {} } });
  render(<Start onMeeting={() => undefined} />);
  await userEvent.click(screen.getByTestId('start-create'));
  expect((await screen.findByTestId('error-page')).dataset['code']).toBe(code);
  expect(screen.getByTestId<HTMLButtonElement>('start-create').disabled).toBe(false);
});

test.each([link, `https://elsewhere.invalid/m/${link}`, `  http://localhost:7880/m/${link}?x#y `])('finds the meeting in %s', async (text) => {
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} />);
  await userEvent.type(screen.getByTestId('start-link'), text);
  await userEvent.click(screen.getByTestId('start-go'));
  expect(onMeeting).toHaveBeenCalledWith(link, false);
});

test('says when a pasted text is no link', async () => {
  const onMeeting = vi.fn();
  render(<Start onMeeting={onMeeting} />);
  await userEvent.type(screen.getByTestId('start-link'), 'hallo');
  await userEvent.click(screen.getByTestId('start-go'));
  expect(onMeeting).not.toHaveBeenCalled();
  expect(screen.getByTestId('start-link').getAttribute('aria-invalid')).toBe('true');
});
