// The measurements as people read them, on the page and in the text for the help desk.

import { language, t, words } from '../../i18n';
import type { CheckState, Step, StepName } from './run';
import { NEEDED, type Line, type VerdictCode } from './verdict';
import { words as de } from './words.de';
import { words as en } from './words.en';

export const w = words(de, en);

/** In the order of the page. */
export const stepNames: readonly StepName[] = ['signalling', 'udp', 'tcp', 'turn_udp', 'turn_tcp', 'turn_tls', 'loss', 'down', 'up'];

/** Beyond that a faster line changes nothing, and the measurement is too short to tell. */
const MOST_RATE = 20_000;

const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** How a step looks: each has an icon and a word of its own. */
export type StepLook = 'waiting' | 'running' | 'good' | 'fine' | 'weak' | 'failed' | 'absent' | 'skipped';

export function lookOf(name: StepName, step: Step): StepLook {
  if (step.state !== 'done') return step.state;
  if (name !== 'loss' && name !== 'down' && name !== 'up') return 'good';
  const { up = Infinity, down = Infinity, loss = 0, roundTrip = 0 } = step.line;
  return up < NEEDED.up || down < NEEDED.down || loss >= NEEDED.loss || roundTrip >= NEEDED.roundTrip ? 'weak' : 'fine';
}

export function stepTitle(name: StepName): string {
  return w(`step.${name}`);
}

/** "geht, 12 ms" */
export function stepText(name: StepName, step: Step): string {
  const word = w(`state.${lookOf(name, step)}`);
  const value = step.state === 'done' ? valueText(step.line) : undefined;
  return value === undefined ? word : `${word}, ${value}`;
}

function valueText({ roundTrip, loss, up, down }: Line): string | undefined {
  const ms = Math.max(1, Math.round(roundTrip ?? 0));
  const percent = number.format((loss ?? 0) * 100);
  const rate = up ?? down;
  if (rate !== undefined) return rateText(rate);
  if (loss !== undefined) return roundTrip === undefined ? w('lossOnly', { percent }) : w('loss', { ms, percent });
  return roundTrip === undefined ? undefined : w('time', { ms });
}

function rateText(kilobits: number): string {
  if (kilobits > MOST_RATE) return w('rateMore', { rate: MOST_RATE / 1000 });
  return w('rate', { rate: number.format(kilobits / 1000) });
}

export function verdictText(code: VerdictCode, part: 'title' | 'meeting' | 'you'): string {
  return w(`verdict.${code}.${part}`);
}

/** What an administrator can do; nothing where there is nothing to do. */
export function adminText(code: VerdictCode): string | undefined {
  return code === 'ok' || code === 'busy' || code === 'rate_limited' ? undefined : w(`verdict.${code}.admin`);
}

/** For the help desk: what was found, and nothing about who found it. */
export function summaryOf({ steps, verdict }: CheckState): string {
  if (!verdict) return '';
  const codes = [verdict.code, ...verdict.also];
  return [
    `${t('app.name')}: ${t('check.title')}`,
    ...codes.map((code) => `${w('code')} ${code}: ${verdictText(code, 'title')}`),
    ...stepNames.flatMap((name) => {
      const step = steps[name];
      return step ? [`${stepTitle(name)}: ${stepText(name, step)}`] : [];
    }),
  ].join('\n');
}
