export { clockTime, dayAndTime, language, t, chooseLanguage, translator, words } from './translate';
export type { Language, Translate } from './translate';
export type { MessageKey } from './de';
