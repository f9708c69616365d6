// Figures as people read them.

import { locale } from '../../../i18n';
import { w } from './words';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export function rateText(bits: number): string {
  return bits < 999_500 ? w('kbit', { n: whole.format(bits / 1000) }) : w('mbit', { n: fine.format(bits / 1_000_000) });
}

/** share: 0 to 1 */
export function lossText(share: number): string {
  return w('percent', { n: fine.format(share * 100) });
}

export function timeText(milliseconds: number): string {
  return w('ms', { n: whole.format(milliseconds) });
}

export function countText(count: number): string {
  return whole.format(count);
}
