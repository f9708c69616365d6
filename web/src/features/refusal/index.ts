export { RefusalNote } from './RefusalNote';
export { refusalText } from './texts';
export { useLoaded } from './useLoaded';
export { useTask } from './useTask';
export type { Task } from './useTask';
