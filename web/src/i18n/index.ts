export { address, clockTime, day, dayAndTime, language, learn, locale, localeFor, span, speak, t, chooseLanguage, translator, words } from './translate';
export type { Address, Language, Translate } from './translate';
export type { MessageKey } from './de';
