import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { FakeCall } from '../../test/fakeCall';
import { DeviceMenu, ShareMenu } from './DeviceMenu';

afterEach(cleanup);

test('what is shared is text until one says motion', async () => {
  const call = new FakeCall();
  render(<ShareMenu call={call} />);
  await userEvent.click(screen.getByTestId('share-menu'));
  const choice = await screen.findByTestId<HTMLSelectElement>('share-manner');
  expect(choice.value).toBe('text');
  await userEvent.selectOptions(choice, 'motion');
  expect(call.manner.get()).toEqual({ screen: 'motion', music: false });
});

test('music is a switch beside the microphone, not beside the camera', async () => {
  const call = new FakeCall();
  render(<><DeviceMenu call={call} label="mic" kinds={['microphone', 'speaker']} testId="mic" /><DeviceMenu call={call} label="cam" kinds={['camera']} testId="cam" /></>);
  await userEvent.click(screen.getByTestId('mic'));
  await userEvent.click(await screen.findByRole('switch'));
  expect(call.manner.get().music).toBe(true);
  await userEvent.keyboard('{Escape}');
  await userEvent.click(screen.getByTestId('cam'));
  expect(screen.queryByRole('switch')).toBeNull();
});
