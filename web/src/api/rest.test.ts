import { afterEach, expect, test } from 'vitest';
import { installServer } from '../test/browser';
import { Refused, fillPath, rest } from './rest';
import { loadMe, me, setMe } from './session';

afterEach(() => setMe(null));

test('what stands in the path is not in the body', async () => {
  const asked = installServer({ 'PATCH /api/accounts/a%2Fb': { status: 200, body: {} } });
  await rest('changeAccount', { id: 'a/b', disabled: true });
  expect(asked).toEqual(['PATCH /api/accounts/a%2Fb {"disabled":true}']);
});

test('what a route without a body is asked goes into the query', async () => {
  const asked = installServer({ 'GET /api/trail?most=5': { status: 200, body: { entries: [] } } });
  expect(await rest('listTrail', { most: 5 })).toEqual({ entries: [] });
  expect(asked).toEqual(['GET /api/trail?most=5']);
  expect(fillPath('/x/{id}/{date}', { id: 1, date: '2026-11-30', more: true })).toEqual({ filled: '/x/1/2026-11-30', rest: { more: true } });
});

test('a refusal keeps code, wait and faults; silence and nonsense are failures', async () => {
  installServer({ 'POST /api/login': { status: 429, body: { code: 'slow_down', message: '', wait: 30 } }, 'POST /api/logout': { status: 502, body: 'x' } });
  await expect(rest('signIn', { email: 'a@example.org', password: 'x' })).rejects.toMatchObject({ code: 'slow_down', wait: 30, faults: [], details: [] });
  await expect(rest('signOut')).rejects.toMatchObject({ name: 'Failure', code: 'server_gone' });
  await expect(rest('getMe')).rejects.toMatchObject({ name: 'Failure', code: 'server_gone' });
});

test('nobody is signed in where the server says so, and it is not known where it is silent', async () => {
  installServer({ 'GET /api/me': { status: 401, body: { code: 'signed_out' } } });
  await loadMe();
  expect(me.get()).toBeNull();
  installServer({});
  await expect(loadMe()).rejects.not.toBeInstanceOf(Refused);
});
