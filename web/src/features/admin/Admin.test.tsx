import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { installServer } from '../../test/browser';
import type { AccountInfo, Details, Me, Operator } from '../../api';
import { Admin } from '.';
import { openItems } from './Open';
import { detailText } from './TrailList';

afterEach(cleanup);

const account = (id: string, role: AccountInfo['role'], more: Partial<AccountInfo> = {}): AccountInfo => ({
  id, role, name: `Name ${id}`, email: `${id}@example.org`, created: '2026-11-26T10:00:00Z', disabled: false, hasPassword: true, hasSecondFactor: false, ...more,
});
const operator = (more: Partial<Operator>): Operator => ({ use: '', details: {} as Details, ...more });
const administrator: Me = {
  id: 'a', email: 'a@example.org', name: 'Ada', role: 'admin', stage: 'full', login: 'l', hasSecondFactor: true, needsSecondFactor: true, ends: '2026-11-27T10:00:00Z',
  may: ['host_meetings', 'manage_accounts', 'edit_operator', 'read_trail', 'read_papers'],
};

test.each([
  ['nothing is done', operator({}), [account('a', 'admin')], 5],
  ['details are missing', operator({ use: 'school' }), [account('a', 'admin'), account('b', 'admin'), account('c', 'host')], 1],
  ['the second administrator is disabled', operator({ use: 'school', complete: true }), [account('a', 'admin'), account('b', 'admin', { disabled: true }), account('c', 'host')], 1],
  ['all is done', operator({ use: 'school', complete: true }), [account('a', 'admin'), account('b', 'admin'), account('c', 'host')], 0],
])('%s', (_, said, accounts, left) => {
  expect(openItems(said, accounts)).toHaveLength(left);
});

test('what the trail notes is said in words', () => {
  expect(detailText('host to admin')).toMatch(/Leitung → Verwaltung|Host → Admin/);
  expect(detailText('from a list')).toMatch(/aus einer Liste|from a list/);
  expect(detailText('something new')).toBe('something new');
});

test('an auditor has trail and periods only', () => {
  installServer({ 'GET /api/trail?most=50': { status: 200, body: { entries: [] } } });
  render(<Admin me={{ ...administrator, role: 'auditor', may: ['read_trail', 'read_papers'] }} page="trail" />);
  const links = within(screen.getByTestId('admin-trail')).getAllByRole('link').map((link) => link.getAttribute('href'));
  expect(links).toEqual(['/admin/trail', '/admin/periods']);
});

test('the operator is not saved without what the law wants, and each missing field says so', async () => {
  const empty = { organisation: '', address: '', representedBy: '', email: '', phone: '', register: '', dataProtectionContact: '', supervisoryAuthority: '', accessibilityContact: '', accessibilityAuthority: '', editorialContact: '' };
  const asked = installServer({ 'GET /api/operator': { status: 200, body: operator({ details: empty }) } });
  render(<Admin me={administrator} page="operator" />);
  await userEvent.type(await screen.findByTestId('operator-email'), 'keine-adresse');
  await userEvent.click(screen.getByTestId('operator-save'));
  const wrong = ['organisation', 'address', 'email', 'dataProtectionContact'].map((id) => screen.getByTestId(`operator-${id}`).getAttribute('aria-invalid'));
  expect(wrong).toEqual(['true', 'true', 'true', 'true']);
  expect(document.activeElement).toBe(screen.getByTestId('operator-organisation'));
  expect(asked.filter((one) => !one.startsWith('GET'))).toEqual([]);
});

test('whoever has meetings goes only with an heir, and disabled ones inherit nothing', async () => {
  const list = { accounts: [account('a', 'admin'), account('b', 'host'), account('c', 'host', { disabled: true }), account('d', 'reception')] };
  const asked = installServer({
    'GET /api/accounts': { status: 200, body: list },
    'POST /api/accounts/b/remove': { status: 409, body: { code: 'owns_meetings', message: '' } },
  });
  render(<Admin me={administrator} page="accounts" />);
  const row = (await screen.findByText('Name b')).closest('tr') as HTMLElement;
  await userEvent.click(within(row).getByTestId('account-more'));
  await userEvent.click(await screen.findByTestId('menu-remove'));
  const dialog = await screen.findByTestId('remove-account');
  const choices = within(dialog).getAllByRole('option').map((option) => (option as HTMLOptionElement).value);
  expect(choices).toEqual(['none', 'a', 'drop']);
  await userEvent.click(within(dialog).getByRole('button', { name: /^(Löschen|Delete)$/ }));
  expect(await within(dialog).findByTestId('refused-owns_meetings')).toBeTruthy();
  await userEvent.selectOptions(within(dialog).getByRole('combobox'), 'a');
  await userEvent.click(within(dialog).getByRole('button', { name: /^(Löschen|Delete)$/ }));
  expect(asked.filter((one) => one.startsWith('POST'))).toEqual([
    'POST /api/accounts/b/remove {"dropMeetings":false}',
    'POST /api/accounts/b/remove {"dropMeetings":false,"heir":"a"}',
  ]);
});
