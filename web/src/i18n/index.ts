export { clockTime, language, t, chooseLanguage, translator } from './translate';
export type { Language, Translate } from './translate';
export type { MessageKey } from './de';
