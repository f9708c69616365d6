import { useSyncExternalStore } from 'react';
import type { Value } from './value';

/** The value now, and again after each change. */
export function useValue<T>(value: Value<T>): T {
  return useSyncExternalStore(value.subscribe, value.get);
}
