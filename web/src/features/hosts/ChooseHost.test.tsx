import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { installServer } from '../../test/browser';
import { ChooseHost } from '.';

afterEach(cleanup);

const anna = { id: 'a1', name: 'Anna Müller', email: 'anna@example.org' };

function open() {
  const given: string[] = [];
  const asked = installServer({ 'POST /api/hosts/find': { status: 200, body: { hosts: [anna, { ...anna, id: 'a2', email: 'am@example.org' }] } } });
  render(<ChooseHost label="Take" testId="x" onChoose={async (account) => void given.push(account)} />);
  return { given, asked, field: screen.getByTestId<HTMLInputElement>('x-who'), button: screen.getByTestId<HTMLButtonElement>('x-submit') };
}

test('who is chosen from what is offered goes by the id, and the address tells two of a name apart', async () => {
  const { given, asked, field, button } = open();
  await userEvent.type(field, 'an');
  const options = await screen.findAllByTestId('found');
  expect(asked).toEqual(['POST /api/hosts/find {"text":"an"}']);
  expect(options.map((one) => one.textContent)).toEqual(['Anna Mülleranna@example.org', 'Anna Mülleram@example.org']);
  expect(button.disabled).toBe(true);
  await userEvent.click(options[1] as HTMLElement);
  expect(field.value).toBe('Anna Müller');
  expect(screen.getByText('am@example.org')).toBeTruthy();
  await userEvent.click(button);
  expect(given).toEqual(['a2']);
  expect(field.value).toBe('');
});

test('an address that is written whole is taken as it is, and after a choice is changed, too', async () => {
  const { given, field, button } = open();
  await userEvent.type(field, 'bo@example.org');
  await userEvent.keyboard('{Escape}');
  expect(field.value).toBe('bo@example.org');
  await userEvent.click(button);
  expect(given).toEqual(['bo@example.org']);
});

test('one character asks nobody', async () => {
  const { asked, field } = open();
  await userEvent.type(field, 'a');
  expect(asked).toEqual([]);
});
