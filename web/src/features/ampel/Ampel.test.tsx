import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import type { Catalogue, Past } from '../../ampel';
import catalogueJson from '../../ampel/testdata/catalogue.json';
import historyJson from '../../ampel/testdata/history.json';
import { AmpelClosed } from '../../api';
import { Ampel } from '.';
import { Draft, fileName } from './draft';

const catalogue = catalogueJson as unknown as Catalogue;
const history = historyJson as readonly Past[];

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open(load: () => Promise<{ catalogue: Catalogue; history: readonly Past[] }> = async () => ({ catalogue, history })) {
  const asked = vi.fn();
  vi.stubGlobal('fetch', asked);
  const page = render(<Ampel load={load} />);
  await vi.waitFor(() => expect(screen.getByTestId('ampel').dataset['kind']).not.toBe('loading'));
  // The panel appears a moment after its tab.
  if (screen.getByTestId('ampel').dataset['kind'] === 'here') await screen.findByTestId('ampel-lights');
  return { page, asked };
}

const colours = () => Object.fromEntries([...screen.getByTestId('ampel-lights').querySelectorAll<HTMLElement>('[data-light]')].map((light) => [light.dataset['light'], light.dataset['colour']]));

/** Contrast needs a browser that draws: test/e2e/pages/ampel.test.mjs, with the criteria and the history. */
async function faultsOf(element: Element) {
  const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join('\n')}`);
}

test('the light follows the findings, step by step, and nothing is sent', async () => {
  const { asked } = await open();
  expect(colours()).toEqual({ overall: 'yellow', legal: 'yellow', technical: 'yellow' });
  await userEvent.type(screen.getByTestId('ampel-service'), 'Dienst');
  await userEvent.click(screen.getByTestId('ampel-next'));
  await userEvent.click(screen.getByTestId('C05-own_purposes'));
  expect(colours()).toEqual({ overall: 'red', legal: 'red', technical: 'not_rated' });
  await userEvent.click(screen.getByTestId('C05-green'));
  expect(colours()).toEqual({ overall: 'yellow', legal: 'yellow', technical: 'yellow' });
  await userEvent.click(screen.getByTestId('step-technical'));
  await userEvent.click(screen.getByTestId('T16-possible'));
  expect(colours()).toEqual({ overall: 'red', legal: 'yellow', technical: 'red' });
  await userEvent.click(screen.getByTestId('step-result'));
  const result = screen.getByTestId('ampel-result');
  expect(result.textContent).toContain('T16');
  expect(within(result).getByTestId('ampel-notice').textContent).toContain(catalogue.version);
  expect(asked).not.toHaveBeenCalled();
});

test('a profile changes what weighs', async () => {
  await open();
  await userEvent.selectOptions(screen.getByLabelText(/Profil/), 'medical');
  await userEvent.click(screen.getByTestId('step-technical'));
  await userEvent.click(screen.getByTestId('T04-absent'));
  expect(colours()['technical']).toBe('red');
  await userEvent.click(screen.getByTestId('step-service'));
  await userEvent.selectOptions(screen.getByLabelText(/Profil/), 'normal');
  expect(colours()['technical']).toBe('yellow');
});

test('everything is reached by keyboard, and a step begins at its heading', async () => {
  await open();
  screen.getByTestId('ampel-next').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 2 })));
  await userEvent.tab(); // nobody involved
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  expect(colours()['legal']).toBe('red'); // C01: nothing known, met, no contract
});

test('who runs it alone says so once, and a defect that is known stays', async () => {
  await open();
  await userEvent.click(screen.getByTestId('step-contract'));
  await userEvent.click(screen.getByTestId('C05-own_purposes'));
  await userEvent.click(screen.getByTestId('ampel-no-provider'));
  expect(screen.getByTestId<HTMLInputElement>('C05-own_purposes').checked).toBe(true);
  const applies = (id: string) => within(screen.getByTestId(`criterion-${id}`)).queryAllByText(/^(Nicht anwendbar\.|Not applicable\.)/).length === 0;
  expect(['C01', 'C02', 'C17', 'C18'].map(applies)).toEqual([false, false, false, true]);
  await userEvent.click(screen.getByTestId('C01-green'));
  expect(['C02', 'C17'].map(applies)).toEqual([true, true]);
});

test('paper has the whole assessment, whatever is open', async () => {
  await open();
  await userEvent.type(screen.getByTestId('ampel-service'), 'Mein');
  await userEvent.click(screen.getByTestId('step-technical'));
  await userEvent.click(screen.getByTestId('T16-green'));
  expect(screen.queryByTestId('ampel-result')).toBeNull();
  act(() => void window.dispatchEvent(new Event('beforeprint')));
  const paper = screen.getByTestId('ampel-result');
  for (const criterion of catalogue.criteria) expect(paper.textContent).toContain(`${criterion.id} ${criterion.title.en}`);
  expect(within(paper).getByTestId('ampel-notice').textContent).toContain(catalogue.version);
  expect(paper.textContent).toContain('Mein');
  act(() => void window.dispatchEvent(new Event('afterprint')));
  expect(screen.queryByTestId('ampel-result')).toBeNull();
});

test('a wrong file says all its faults with their places, and changes nothing', async () => {
  const { page } = await open();
  await choose(page.container, 'service: Mein\nfindings: {}\n');
  await vi.waitFor(() => expect(screen.getByTestId<HTMLInputElement>('ampel-service').value).toBe('Mein'));
  await choose(page.container, 'service: x\ncolor: red\nfindings:\n  C99: {state: green}\n');
  await vi.waitFor(() => expect(screen.getByTestId('ampel-said').textContent).toMatch(/2\D+1\D.*color/));
  const said = screen.getByTestId('ampel-said');
  expect(said.getAttribute('role')).toBe('alert');
  expect(said.textContent).toMatch(/4\D+3\D.*C99/);
  expect(screen.getByTestId<HTMLInputElement>('ampel-service').value).toBe('Mein');
});

const mine = '# mine\nservice: Keller  # below\nprofile: public_body\nfindings:\n  O10: {state: absent, evidence: measured}\n';

test('a file is opened, changed and saved with its comments', async () => {
  const saved: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => undefined);
  const { page } = await open();
  await choose(page.container, mine);
  await vi.waitFor(() => expect(colours()['technical']).toBe('red'));
  await userEvent.click(screen.getByTestId('step-technical'));
  await userEvent.click(screen.getByTestId('T16-green'));
  await userEvent.click(screen.getByTestId('ampel-save'));
  await vi.waitFor(() => expect(saved).toHaveLength(1));
  const text = await saved[0]?.text();
  expect(text).toContain('# mine\nservice: Keller # below\n');
  expect(text).toMatch(/T16:\s+state: green/);
});

test('what is not saved is lost only after a question', async () => {
  await open();
  await userEvent.type(screen.getByTestId('ampel-service'), 'Mein');
  await userEvent.click(screen.getByTestId('ampel-new'));
  await screen.findByTestId('ampel-lose');
  await userEvent.keyboard('{Escape}');
  expect((await screen.findByTestId<HTMLInputElement>('ampel-service')).value).toBe('Mein');
  await userEvent.click(screen.getByTestId('ampel-new'));
  await userEvent.click(await screen.findByTestId('ampel-lose-yes'));
  await vi.waitFor(() => expect(screen.getByTestId<HTMLInputElement>('ampel-service').value).toBe(''));
});

test('without a name nothing is saved, and it says so', async () => {
  await open();
  await userEvent.click(screen.getByTestId('ampel-save'));
  expect((await screen.findByTestId('ampel-said')).textContent).toMatch(/Namen|name/);
});

test('what could not be opened again is not saved', async () => {
  const draft = new Draft(catalogue, () => '2026-11-26');
  draft.change({ service: 'x' });
  draft.find('C01', { state: 'green', evidence: 'none', note: '', source: '', date: '2027-01-01', expires: '' });
  expect((await draft.text('de')).faults.map((fault) => fault.code)).toEqual(['date_in_future']);
});

test.each([
  ['closed', async () => Promise.reject(new AmpelClosed()), 'closed'],
  ['out of reach', async () => Promise.reject(new Error('gone')), 'failed'],
])('%s has its page', async (_, load, kind) => {
  await open(load);
  expect(screen.getByTestId('ampel').dataset['kind']).toBe(kind);
});

test('history says date and version of each colour, and that it is history', async () => {
  await open();
  await userEvent.click(screen.getByTestId('tab-history'));
  const list = await screen.findByTestId('ampel-history');
  const rows = [...list.querySelectorAll('tbody tr')];
  expect(rows).toHaveLength(history.length);
  for (const row of rows) expect(row.textContent).toMatch(/2020-07-03, 1\.0|2021-02-18, 2\.0/);
  expect(list.textContent).toMatch(/Histori/);
});

test('criteria tell their sources and what is unsure', async () => {
  await open();
  await userEvent.click(screen.getByTestId('tab-criteria'));
  const text = (await screen.findByTestId('ampel-criteria')).textContent;
  for (const criterion of catalogue.criteria) expect(text).toContain(`${criterion.id} ${criterion.title.en}`);
  expect(text?.match(/(Unsure|Unsicher):/g)?.length).toBeGreaterThan(50);
});

test('the accessibility rules find nothing in the form, the details of a criterion and the result', async () => {
  const { page } = await open();
  expect(await faultsOf(page.container)).toEqual([]);
  await userEvent.click(screen.getByTestId('step-organisational'));
  const details = page.container.querySelector('details') as HTMLDetailsElement;
  await act(async () => {
    details.open = true;
    fireEvent(details, new Event('toggle'));
  });
  expect(details.querySelector('textarea')).toBeTruthy();
  expect(await faultsOf(page.container)).toEqual([]);
  await userEvent.click(screen.getByTestId('step-result'));
  expect(await faultsOf(page.container)).toEqual([]);
});

test('files get a plain name', () => {
  expect(fileName('Größe & Co. / Dienst')).toBe('ampel-gro-e-co-dienst.yaml');
  expect(fileName('...')).toBe('ampel-dienst.yaml');
});

async function choose(container: HTMLElement, text: string) {
  const input = container.querySelector<HTMLInputElement>('input[type=file]');
  if (!input) throw new Error('there is no place for files');
  await act(async () => {
    fireEvent.change(input, { target: { files: [new File([text], 'mine.yaml')] } });
  });
}
