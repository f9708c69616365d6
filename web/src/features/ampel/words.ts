import { words } from '../../i18n';
import { de } from './words.de';
import { en } from './words.en';

export const w = words(de, en);
