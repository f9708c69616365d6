// Who is signed in, for all pages at once.

import { Cell, type Value } from '../value';
import { Refused, rest } from './rest';
import type { Me } from './rest.gen';

/** undefined: not asked yet. null: nobody. */
const current = new Cell<Me | null | undefined>(undefined);

export const me: Value<Me | null | undefined> = current;

/** Tells all pages who is signed in now. */
export function setMe(next: Me | null): void {
  current.set(next);
}

/** Asks the server who is signed in. Fails where it does not answer. */
export async function loadMe(): Promise<void> {
  try {
    current.set(await rest('getMe'));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    current.set(null);
  }
}

export async function signOut(): Promise<void> {
  await rest('signOut');
  current.set(null);
}
