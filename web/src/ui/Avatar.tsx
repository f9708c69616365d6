import { UserRound } from 'lucide-react';
import './Avatar.css';

/** One or two letters for a name: "Anna Maria Berg" is AB. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last].map((word) => (word ? [...word][0] : '')).join('').toLocaleUpperCase();
}

/** Initials on a quiet ground: what stands where no picture is. */
export function Avatar({ name, small = false }: { readonly name: string; readonly small?: boolean }) {
  return (
    <span className={small ? 'avatar avatar-small' : 'avatar'} aria-hidden="true">
      {initials(name) || <UserRound size="55%" />}
    </span>
  );
}
