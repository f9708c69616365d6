import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { me, setMe, type Me } from '../../api';
import { installServer } from '../../test/browser';
import { Enter, SignIn } from '.';

const grace = { id: 'g', name: 'Grace', email: 'g@example.org', role: 'host', may: ['host_meetings'], login: 'l', hasSecondFactor: false, needsSecondFactor: false, ends: '2026-11-27T10:00:00Z' };
beforeEach(() => setMe(null));
afterEach(cleanup);

async function signIn() {
  await userEvent.type(screen.getByTestId('sign-in-email'), ' g@example.org ');
  await userEvent.type(screen.getByTestId('sign-in-password'), 'geheim');
  await userEvent.click(screen.getByTestId('sign-in-submit'));
}

test('what is missing is said beside the field, and nothing is sent', async () => {
  const asked = installServer({});
  render(<SignIn onDone={() => undefined} />);
  await userEvent.click(screen.getByTestId('sign-in-submit'));
  expect(asked).toEqual([]);
  expect(screen.getByTestId('sign-in-email').getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(screen.getByTestId('sign-in-email'));
});

test('too many attempts say how long to wait', async () => {
  installServer({ 'POST /api/login': { status: 429, body: { code: 'slow_down', message: '', wait: 95 } } });
  render(<SignIn onDone={() => undefined} />);
  await signIn();
  expect((await screen.findByTestId('refused-slow_down')).textContent).toMatch(/2 (Minuten|minutes)/);
});

test('a right password is all where there is no second factor, and else it is asked for', async () => {
  const onDone = vi.fn();
  const asked = installServer({ 'POST /api/login': { status: 200, body: { ...grace, stage: 'full' } } });
  render(<SignIn onDone={onDone} />);
  await signIn();
  expect(asked).toEqual(['POST /api/login {"email":"g@example.org","password":"geheim","stay":false}']);
  expect(onDone).toHaveBeenCalled();
  cleanup();
  setMe(null);
  installServer({
    'POST /api/login': { status: 200, body: { ...grace, stage: 'factor' } },
    'POST /api/login/factor': { status: 200, body: { ...grace, stage: 'full' } },
  });
  render(<SignIn onDone={onDone} />);
  await signIn();
  await userEvent.type(await screen.findByTestId('factor-code'), '123456');
  expect(onDone).toHaveBeenCalledTimes(1);
  await userEvent.click(screen.getByTestId('factor-submit'));
  expect(onDone).toHaveBeenCalledTimes(2);
  expect(me.get()?.stage).toBe('full');
});

test('a link that is no more says so and lets a code be typed', async () => {
  installServer({ 'POST /api/links/look': { status: 404, body: { code: 'link_unknown', message: '' } } });
  render(<Enter secret="AAAA" onEntered={() => undefined} />);
  expect(await screen.findByTestId('refused-link_unknown')).toBeTruthy();
  expect(screen.getByTestId('enter-code')).toBeTruthy();
});

test('a code that was typed and is not known is to be checked first', async () => {
  installServer({ 'POST /api/links/look': { status: 404, body: { code: 'link_unknown', message: '' } } });
  render(<Enter secret="" onEntered={() => undefined} />);
  await userEvent.type(screen.getByTestId('enter-code'), 'ABCD-EFGH{Enter}');
  expect((await screen.findByText(/abgetippt|typed all/)).className).toBe('field-error');
  expect(screen.queryByTestId('refused-link_unknown')).toBeNull();
});

test('at the first run every empty field says that it is', async () => {
  const asked = installServer({ 'POST /api/links/look': { status: 200, body: { purpose: 'setup' } } });
  render(<Enter secret="CODE" onEntered={() => undefined} />);
  await userEvent.click(await screen.findByTestId('setup-submit'));
  expect(['name', 'email', 'password'].map((id) => screen.getByTestId(`setup-${id}`).getAttribute('aria-invalid'))).toEqual(['true', 'true', 'true']);
  expect(document.activeElement).toBe(screen.getByTestId('setup-name'));
  expect(asked).toHaveLength(1);
});

test('the demonstration host is one click away', async () => {
  const asked = installServer({
    'POST /api/links/look': { status: 200, body: { purpose: 'demo', name: 'Demo' } },
    'POST /api/links/demo': { status: 200, body: { ...grace, stage: 'full' } },
  });
  const onEntered = vi.fn<(me: Me, setUp: boolean) => void>();
  render(<Enter secret="CODE" onEntered={onEntered} />);
  await userEvent.click(await screen.findByTestId('demo-submit'));
  expect(asked.at(-1)).toBe('POST /api/links/demo {"code":"CODE"}');
  expect(onEntered.mock.calls[0]?.[1]).toBe(false);
});
