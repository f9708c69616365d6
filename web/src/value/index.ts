export { Cell } from './value';
export type { Value } from './value';
export { tabBox } from './tab';
export type { TabBox } from './tab';
export { useValue } from './useValue';
