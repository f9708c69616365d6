export { Check } from './Check';
