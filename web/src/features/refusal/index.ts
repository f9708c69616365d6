export { RefusalNote } from './RefusalNote';
export { refusalText } from './texts';
export { useTask } from './useTask';
export type { Task } from './useTask';
