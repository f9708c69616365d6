import { language } from '../../i18n';

/** "340 KB", "2,4 MB": thousands, as operating systems show them. */
export function sizeText(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const step = bytes >= 1e6 ? 2 : bytes >= 1e3 ? 1 : 0;
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language, { style: 'unit', unit: units[step], maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value);
}
