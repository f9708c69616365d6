export { Stage } from './Stage';
