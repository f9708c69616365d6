export { Start } from './Start';
