export { goTo, path, replacePath, takeFragment } from './route';
