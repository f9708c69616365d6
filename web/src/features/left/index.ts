export { Left } from './Left';
