import { words as speak } from '../../../i18n';
import { words as de } from './words.de';
import { words as en } from './words.en';

export const w = speak(de, en);
