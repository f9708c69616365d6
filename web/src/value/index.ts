export { Cell } from './value';
export type { Value } from './value';
export { useValue } from './useValue';
