export { ChooseHost } from './ChooseHost';
